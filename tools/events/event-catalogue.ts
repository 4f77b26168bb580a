import { existsSync, globSync, readFileSync } from 'node:fs';
import * as contracts from '@recapito/contracts';
import { eventsOf, personalData, topics } from '@recapito/contracts';
import type { EventDefinition, PersonalData, TopicName } from '@recapito/contracts';

const contractsFolder = new URL('../../libs/contracts/', import.meta.url).pathname;

/** A fact as it lies at the broker, in the JSON form of CloudEvents 1.0. */
export interface ExampleFact {
  readonly specversion: string;
  readonly type: string;
  /** The record key. */
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The other attributes: each is a header of the record. */
  readonly [attribute: string]: unknown;
}

/** All that is known of an event. */
export interface DescribedEvent {
  readonly definition: EventDefinition;
  /** The comment above its declaration, in one line. */
  readonly meaning: string;
  readonly personal: PersonalData | 'no';
  /** Its topic, or the kind of topic on which several services have it: `dead-letters.v1`. */
  readonly family: string;
  readonly example: ExampleFact;
}

/** Every event of the suite, by topic. @throws Error naming an event without a comment or without an example. */
export function describedEvents(): Map<TopicName, DescribedEvent[]> {
  const comments = declarationComments();
  const names = (Object.keys(topics) as TopicName[]).filter((topic) => eventsOf(topic).length > 0);
  return new Map(names.map((topic) => [topic, eventsOf(topic).map((definition) => describe(definition, comments))]));
}

/** Where the example of an event lies. */
export function examplePath(definition: EventDefinition): string {
  const { type, version } = definition;
  return `${contractsFolder}fixtures/${familyOf(definition)}/${type}.v${version}.json`;
}

/** Its topic; or, without the name of a service, the kind of topic on which several services have the event. */
function familyOf({ topic, type }: EventDefinition): string {
  const own = eventsOf(topic).some((each) => each.type === type && Object.values<unknown>(contracts).includes(each));
  return own ? topic : topic.replace(/^[a-z-]+\./, '');
}

function describe(definition: EventDefinition, comments: ReadonlyMap<string, string>): DescribedEvent {
  const { topic, type } = definition;
  const meaning = comments.get(declarationOf(definition));
  if (meaning === undefined)
    throw new Error(`${topic} ${type}: no comment above its declaration in libs/contracts/src`);
  const path = examplePath(definition);
  if (!existsSync(path)) throw new Error(`${topic} ${type}: no example at ${path.slice(path.indexOf('libs/'))}`);
  const example = JSON.parse(readFileSync(path, 'utf8')) as ExampleFact;
  return { definition, meaning, personal: personalData(definition), family: familyOf(definition), example };
}

/** The name under which contracts export an event, or the function that declares it for each topic of its kind. */
function declarationOf(definition: EventDefinition): string {
  const exported = Object.entries<unknown>(contracts).find(([, value]) => value === definition);
  return exported?.[0] ?? definition.type.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function declarationComments(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of globSync('src/*.ts', { cwd: contractsFolder })) {
    const source = readFileSync(`${contractsFolder}${file}`, 'utf8');
    for (const [, comment = '', name = ''] of source.matchAll(commented)) found.set(name, plain(comment));
  }
  return found;
}

const commented = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:const|function) (\w+)/g;

/** A comment without its stars, line breaks and the tags of rules. */
function plain(comment: string): string {
  return comment
    .replace(/^\s*\*/gm, '')
    .replace(/@rule( [A-Z0-9.-]+)+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
