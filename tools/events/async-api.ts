import { dataSchema, partitions, readersOf, topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import type { DescribedEvent, ExampleFact } from './event-catalogue.ts';

type Json = Readonly<Record<string, unknown>>;

/** The AsyncAPI 3 document of all topics: each service publishes on its own and receives from others. */
export function asyncApi(described: ReadonlyMap<TopicName, readonly DescribedEvent[]>, version: string): Json {
  const all = [...described];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Recapito',
      version,
      description:
        'What the services of the suite publish: CloudEvents 1.0 on Kafka in binary mode. Names of topics have the prefix of the installation, if it has one.',
      license: { name: 'EUPL-1.2' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(all.map(([topic, events]) => [topic, channel(topic, events)])),
    operations: Object.fromEntries(all.flatMap(([topic]) => operations(topic))),
    components: {
      messages: Object.fromEntries(all.flatMap(([, events]) => events.map((each) => [nameOf(each), message(each)]))),
      schemas: { headers },
    },
  };
}

function channel(topic: TopicName, events: readonly DescribedEvent[]): Json {
  const { key, compacted } = topics[topic];
  return {
    address: topic,
    description: `Record key: ${key}.`,
    messages: Object.fromEntries(
      events.map((each) => [each.definition.type, { $ref: `#/components/messages/${nameOf(each)}` }]),
    ),
    bindings: {
      kafka: {
        partitions,
        topicConfiguration: { 'cleanup.policy': [compacted ? 'compact' : 'delete'], 'retention.ms': -1 },
        bindingVersion: '0.5.0',
      },
    },
  };
}

function operations(topic: TopicName): [string, Json][] {
  const { writer } = topics[topic];
  const about = { channel: { $ref: `#/channels/${topic}` } };
  return [
    [`${writer}-sends-${topic}`, { action: 'send', summary: `${writer} publishes`, ...about }],
    ...readersOf(topic).map((reader): [string, Json] => [
      `${reader}-receives-${topic}`,
      { action: 'receive', summary: `${reader} reads`, ...about },
    ]),
  ];
}

function nameOf({ definition: { type, version }, family }: DescribedEvent): string {
  return `${family}.${type}.${version}`;
}

function message(described: DescribedEvent): Json {
  const { definition, meaning, personal, example } = described;
  return {
    name: definition.type,
    summary: meaning,
    contentType: 'application/json',
    headers: { $ref: '#/components/schemas/headers' },
    payload: dataSchema(definition),
    bindings: {
      kafka: { key: { type: 'string', description: topics[definition.topic].key }, bindingVersion: '0.5.0' },
    },
    examples: [{ headers: headersOf(example), payload: example.data }],
    'x-personal': personal,
  };
}

/** The headers of a record, from the attributes of an example. */
function headersOf(example: ExampleFact): Record<string, string> {
  const { datacontenttype, traceparent } = example;
  const attributes = Object.entries(example).filter(
    ([name]) => !['data', 'datacontenttype', 'traceparent'].includes(name),
  );
  return {
    ...Object.fromEntries(attributes.map(([name, value]) => [`ce_${name}`, String(value)])),
    'content-type': String(datacontenttype),
    traceparent: String(traceparent),
  };
}

const text = (description: string, more: Json = {}) => ({ type: 'string', description, ...more });

const headers: Json = {
  type: 'object',
  required: [
    'ce_specversion',
    'ce_id',
    'ce_source',
    'ce_type',
    'ce_dataschema',
    'ce_time',
    'ce_sequence',
    'content-type',
  ],
  properties: {
    ce_specversion: text('Of CloudEvents.', { const: '1.0' }),
    ce_id: text('Under this id the fact takes effect once.', { format: 'uuid' }),
    ce_source: text('The service that wrote it.'),
    ce_type: text('`it.recapito.`, the topic without its version, the event.'),
    ce_dataschema: text('`urn:recapito:TOPIC:EVENT:VERSION`.'),
    ce_time: text('The legal instant, UTC.', { format: 'date-time' }),
    ce_subject: text('The record key.'),
    ce_sequence: text('Position in the life of what the key names, decimal, from 1.'),
    ce_epoch: text(
      'Epoch of the database of the writer, decimal; absent when it is 0. States are compared by it first.',
    ),
    ce_appendedat: text('System time at which the writer took it, UTC; absent when the epoch is 0.', {
      format: 'date-time',
    }),
    'content-type': text('Of the value.', { const: 'application/json' }),
    traceparent: text('W3C Trace Context.'),
  },
};
