import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { eventsOf, movePlanned, holderRegistered, personalData, suiteClockSet, topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { eventDocuments } from './documents.ts';

interface Document {
  readonly channels: Readonly<Record<string, { readonly messages: Readonly<Record<string, { $ref: string }>> }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>;
    readonly schemas: { readonly headers: object };
  };
}

interface Message {
  readonly payload: object;
  readonly examples: readonly { readonly headers: object; readonly payload: object }[];
}

const documents = await eventDocuments();
const document = JSON.parse(documents.get('docs/asyncapi.json') ?? '') as Document;
const messages = Object.entries(document.components.messages);

function validator(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv;
}

describe('the documents that are made of the contracts', () => {
  test('the AsyncAPI document keeps the schema of AsyncAPI 3.0.0', () => {
    const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json') as object;
    // The schema brings the meta-schema with it.
    const ajv = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false });
    formats.default(ajv);
    expect(ajv.validate(schema, document) ? [] : ajv.errors).toEqual([]);
  });

  test.each(messages)(
    'the example of %s is what its schemas say, for a reader that knows nothing else',
    (_, message) => {
      const ajv = validator();
      for (const { headers, payload } of message.examples) {
        expect(ajv.validate(message.payload, payload) ? [] : ajv.errors).toEqual([]);
        expect(ajv.validate(document.components.schemas.headers, headers) ? [] : ajv.errors).toEqual([]);
      }
    },
  );

  test.each(messages)('%s: an example without one of its obligatory fields is refused', (_, { payload, examples }) => {
    const { required } = payload as { required: readonly string[] };
    expect(required.length).toBeGreaterThan(0);
    for (const name of required) {
      const { [name]: gone, ...rest } = (examples[0]?.payload ?? {}) as Record<string, unknown>;
      expect({ name, gone }).not.toEqual({ name, gone: undefined });
      expect({ name, valid: validator().validate(payload, rest) }).toEqual({ name, valid: false });
    }
  });

  test('every event stands in both documents, under its topic', () => {
    const page = documents.get('docs/EVENTS.md') ?? '';
    for (const topic of Object.keys(topics) as TopicName[]) {
      const section = page.split(`\n## ${topic}\n`)[1]?.split('\n## ')[0] ?? '';
      const types = eventsOf(topic).map(({ type }) => type);
      expect(Object.keys(document.channels[topic]?.messages ?? {})).toEqual(types);
      for (const type of types) expect(section).toContain(`| \`${type}\` | 1 |`);
    }
  });

  test('what tells of persons is marked: a person, a pseudonym, nothing', () => {
    expect([movePlanned, holderRegistered, suiteClockSet].map(personalData)).toEqual(['yes', 'pseudonym', 'no']);
  });
});
