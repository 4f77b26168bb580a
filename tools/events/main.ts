// npm run events: writes docs/EVENTS.md and docs/asyncapi.json from libs/contracts.
import { writeFileSync } from 'node:fs';
import { eventDocuments } from './documents.ts';

const root = new URL('../../', import.meta.url).pathname;
const help = `npm run events: writes docs/EVENTS.md and docs/asyncapi.json from the contracts and their examples.`;

if (process.argv.includes('--help')) console.log(help);
else
  for (const [path, text] of await eventDocuments()) {
    writeFileSync(`${root}${path}`, text);
    console.log(`${path}: ${text.split('\n').length - 1} lines`);
  }
