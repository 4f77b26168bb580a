import { readersOf, topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import type { DescribedEvent } from './event-catalogue.ts';

/** `docs/EVENTS.md`: every topic and every event of the suite. */
export function eventsPage(described: ReadonlyMap<TopicName, readonly DescribedEvent[]>): string {
  return `# Topics and events

Made by \`npm run events\` from \`libs/contracts\`; \`npm run check\` says when it is out of date. The same as an AsyncAPI 3 document, with the schema and an example of each event: [asyncapi.json](asyncapi.json). How to read them: [libs/contracts](../libs/contracts/README.md).

Personal data: *yes*, the event tells who a person is, how one is reached, or what one did; *pseudonym*, it names a person for those alone who have the key of the holders' ids.

## Topics

| topic | written by | read by | key | kept |
|---|---|---|---|---|
${[...described.keys()].map(topicRow).join('\n')}

${[...described].map(([topic, events]) => section(topic, events)).join('\n\n')}
`;
}

function topicRow(topic: TopicName): string {
  const { writer, key, compacted } = topics[topic];
  const readers = readersOf(topic).filter((reader) => reader !== writer);
  const kept = compacted ? 'the last record of each key' : 'everything';
  return `| [\`${topic}\`](#${anchor(topic)}) | ${writer} | ${readers.join(', ') || '-'} | ${key} | ${kept} |`;
}

/** As GitHub makes it of a heading. */
function anchor(topic: TopicName): string {
  return topic.replaceAll('.', '');
}

function section(topic: TopicName, events: readonly DescribedEvent[]): string {
  return `## ${topic}

| event | version | what it says | personal data |
|---|---|---|---|
${events.map(eventRow).join('\n')}`;
}

function eventRow({ definition: { type, version }, meaning, personal }: DescribedEvent): string {
  return `| \`${type}\` | ${version} | ${meaning.replaceAll('|', '\\|')} | ${personal} |`;
}
