import { expect, test } from '@jest/globals';
import { gapsIn } from './documents.ts';
import { wordsIn } from './summaries.ts';

const controller = `
/** Boxes. */
@Controller('boxes')
export class BoxesController {
  /**
   * Lists boxes: all of them. In the order
   * of their addresses.
   * @rule LIST-CURSOR
   */
  @Get()
  list() {}

  /** One box. */
  @Get(':id')
  read() {}

  @Delete(':id')
  remove() {}
}`;

test('a route has the first sentence of its comment, and all of it where there is more', () => {
  expect(wordsIn('boxes.controller.ts', controller)).toEqual([
    [
      'BoxesController_list',
      {
        summary: 'Lists boxes: all of them',
        description: 'Lists boxes: all of them. In the order of their addresses.',
      },
    ],
    ['BoxesController_read', { summary: 'One box' }],
  ]);
});

test('a route without a comment, or without a schema of its answer, is told', () => {
  const described = { summary: 'One box', operationId: 'BoxesController_read' };
  const paths = {
    '/boxes/{id}': {
      get: { ...described, responses: { '200': { content: {} }, default: {} } },
      put: { ...described, responses: { '204': {} } },
      post: { ...described, responses: { '201': {} } },
      delete: { operationId: 'BoxesController_remove', responses: { '204': {} } },
    },
  };
  expect(gapsIn('docs/api/boxes.json', { paths })).toEqual([
    'docs/api/boxes.json: POST /boxes/{id} (BoxesController_read) does not say what it answers with 201: @ApiResponse',
    'docs/api/boxes.json: DELETE /boxes/{id} (BoxesController_remove) has no comment that says what it does',
  ]);
});
