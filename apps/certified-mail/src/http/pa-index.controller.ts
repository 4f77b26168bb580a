import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { answer, Permission, SystemClock } from '@recapito/platform';
import { refuse } from '@recapito/primitives';
import { z } from 'zod';
import { Installation } from '../programme/installation.ts';
import { FollowedList } from '../lists/followed-list.ts';
import { FollowLists } from '../lists/follow-lists.ts';
import { statusOfList } from './problem.ts';
import { listState, refresh, stateOf } from './provider-index.controller.ts';

const paIndex = z.object({
  /** How many certified addresses, and of how many bodies. */
  addresses: z.int(),
  bodies: z.int(),
  /** Null when the programme's own list is in force, which never changes. */
  followed: listState.nullable(),
});

/** The list of public bodies in force, for operators. */
@ApiTags('pa-index')
@ApiBearerAuth()
@Controller('pa-index')
export class PaIndexController {
  readonly #clock = new SystemClock();

  constructor(
    private readonly installation: Installation,
    private readonly lists: FollowLists,
  ) {}

  @Get()
  @Permission('read-lists')
  @ApiResponse({ status: 200, standardSchema: paIndex })
  show(): z.output<typeof paIndex> {
    const list = this.installation.lists.paIndex;
    const { size, bodies } = list.current;
    const followed = list instanceof FollowedList ? stateOf(list, this.#clock) : null;
    return paIndex.parse({ addresses: size, bodies: bodies.size, followed });
  }

  /** Looks at the file now. */
  @Post('refreshes')
  @HttpCode(200)
  @Permission('refresh-lists')
  @ApiResponse({ status: 200, standardSchema: paIndex })
  async refresh(
    @Body({ schema: refresh }) { acceptLoss }: z.output<typeof refresh>,
  ): Promise<z.output<typeof paIndex>> {
    const list = this.installation.lists.paIndex;
    const refusal = list instanceof FollowedList ? await this.lists.look(list, acceptLoss) : programmesOwn();
    if (refusal !== null) answer(refusal, statusOfList);
    return this.show();
  }
}

function programmesOwn() {
  return refuse('list/not-followed', 'LIST-STALE', {
    it: 'L’elenco in vigore è quello del programma, che non cambia.',
    en: 'The list in force is the programme’s own, which does not change.',
  });
}
