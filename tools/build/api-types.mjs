// Writes the types by which pages of the console ask services: one file for each document of docs/api.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';

const help = `node tools/build/api-types.mjs: writes apps/console/web/api/generated from docs/api

npm start and npm test do this by themselves when a document has changed.`;

const root = join(import.meta.dirname, '..', '..');
const documents = join(root, 'docs', 'api');
const target = join(root, 'apps', 'console', 'web', 'api', 'generated');

if (process.argv.includes('--help')) console.log(help);
else {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(documents).filter((name) => name.endsWith('.json'))) {
    const types = await openapiTS(JSON.parse(readFileSync(join(documents, file), 'utf8')));
    writeFileSync(join(target, file.replace(/\.json$/, '.ts')), astToString(types));
  }
}
