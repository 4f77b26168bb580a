// npm run openapi: writes docs/api from what the services say of their routes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { gapsIn, httpDocuments } from './documents.ts';

const root = new URL('../../', import.meta.url).pathname;
const help = `npm run openapi: writes the OpenAPI document of every service to docs/api, from the schemas and comments of its routes.`;

if (process.argv.includes('--help')) console.log(help);
else {
  mkdirSync(`${root}docs/api`, { recursive: true });
  for (const [path, text] of await httpDocuments()) {
    writeFileSync(`${root}${path}`, text);
    console.log(`${path}: ${text.split('\n').length - 1} lines`);
    for (const gap of gapsIn(path, JSON.parse(text) as Parameters<typeof gapsIn>[1])) console.error(gap);
  }
}
