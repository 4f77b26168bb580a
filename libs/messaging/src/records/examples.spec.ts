import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { eventsOf, topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import type { RawRecord } from './codec.ts';
import { decodeEnvelope, decodeFact, encodeData, headersOf } from './codec.ts';

const folder = new URL('../../../contracts/fixtures/', import.meta.url).pathname;

interface Example extends Readonly<Record<string, unknown>> {
  readonly subject: string;
  readonly dataschema: string;
  readonly data: unknown;
}

/** The record that a service has published, from the JSON form of CloudEvents. */
function recordOf({ data, datacontenttype, traceparent, ...attributes }: Example): RawRecord {
  const [, , topic = ''] = attributes.dataschema.split(':');
  const headers = Object.entries({
    ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value])),
    'content-type': datacontenttype,
    traceparent,
  });
  return {
    topic: topic as TopicName,
    partition: 0,
    offset: '0',
    timestamp: 0,
    key: Buffer.from(attributes.subject),
    value: Buffer.from(JSON.stringify(data)),
    headers: headers.map(([name, value]) => [name, Buffer.from(String(value))]),
  };
}

const files = globSync('*/*.json', { cwd: folder }).toSorted();

describe('what the suite has ever published can be read for ever', () => {
  test('there is an example of every event', () => {
    const published = (Object.keys(topics) as TopicName[]).flatMap(eventsOf);
    const names = new Set(files.map((file) => file.split('/')[1]));
    expect(published.filter(({ type, version }) => !names.has(`${type}.v${version}.json`))).toEqual([]);
    expect(files.length).toBeGreaterThan(70);
  });

  test.each(files)('%s', (file) => {
    const example = JSON.parse(readFileSync(`${folder}${file}`, 'utf8')) as Example;
    const record = recordOf(example);
    const envelope = decodeEnvelope(record);
    const definition = eventsOf(record.topic).find(({ type }) => type === envelope.type);
    if (definition === undefined) throw new Error(`nobody publishes ${envelope.type} on ${record.topic}`);
    const fact = decodeFact(definition, envelope, record);
    expect(fact.key).toBe(example.subject);
    expect(JSON.parse(encodeData(definition, fact.key, fact.data))).toEqual(example.data);
    const again = headersOf({ ...fact, traceparent: String(example['traceparent']) });
    expect(again).toEqual(Object.fromEntries(record.headers.map(([name, value]) => [name, String(value)])));
  });
});
