import { readFileSync } from 'node:fs';
import { formattedJson } from '../formatted-json.ts';
import { asyncApi } from './async-api.ts';
import { describedEvents } from './event-catalogue.ts';
import { eventsPage } from './events-page.ts';

const root = new URL('../../', import.meta.url).pathname;

/** What is made from the contracts: paths below the root of the repository, with their text. */
export async function eventDocuments(): Promise<Map<string, string>> {
  const described = describedEvents();
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
  const document = JSON.stringify(asyncApi(described, version));
  return new Map([
    ['docs/EVENTS.md', eventsPage(described)],
    ['docs/asyncapi.json', await formattedJson(document)],
  ]);
}

/** The documents that do not say what the contracts say, a line each. */
export async function outdatedDocuments(): Promise<string[]> {
  const documents = [...(await eventDocuments())];
  return documents
    .filter(([path, text]) => textAt(path) !== text)
    .map(([path]) => `${path} does not say what libs/contracts says: npm run events writes it anew`);
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(`${root}${path}`, 'utf8');
  } catch {
    return undefined;
  }
}
