import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentialsIn } from '../tools/rehearsal/citizen/announcement.ts';
import { chosenBy } from '../tools/rehearsal/citizen/inventions.ts';
import { arrivedFor, pinFrom } from '../tools/rehearsal/citizen/letterbox.ts';
import { asAdministrator } from '@recapito/servers';

/** Every PIN, half of a PIN and password that a person ever had. */
export async function secretsOf(
  codiceFiscale: string,
  { captured, announcement }: { captured: string; announcement: Uint8Array },
): Promise<string[]> {
  const first = pinFrom(arrivedFor(captured, codiceFiscale));
  const { firstAccessPassword } = await credentialsIn(announcement);
  const { pin, password } = chosenBy(codiceFiscale);
  return [first.slice(0, 8), first.slice(8), pin, password, firstAccessPassword];
}

/** Written by servers and holding no content: PostgreSQL is asked by its tables, and Kafka's indexes are mostly holes. */
const ofServers = /\/postgres\/|\.(index|timeindex|snapshot)$/;

/** Which of the words stand in a file below a folder, as `word in path`; files that `except` names are not read. */
export function foundInFiles(folder: string, words: readonly string[], except: (path: string) => boolean): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const path = join(parentPath, name);
    if (ofServers.test(path) || except(path)) return [];
    return foundInText(readable(readFileSync(path, 'latin1')), words).map((word) => `${word} in ${path}`);
  });
}

/** Which of the words an exported trace discloses: its entries hold the records in base64. */
export function foundInTrace(folder: string, words: readonly string[]): string[] {
  const entries = join(folder, 'entries');
  return readdirSync(entries).flatMap((day) => {
    const lines = readFileSync(join(entries, day), 'utf8').trimEnd().split('\n');
    return lines.flatMap((line) => {
      const texts = Object.values(JSON.parse(line) as Record<string, unknown>).flat(2);
      const plain = texts.map((text) => Buffer.from(String(text), 'base64').toString('latin1'));
      return foundInText(readable(plain.join('\n')), words).map((word) => `${word} in ${day}`);
    });
  });
}

/** Which of the words stand in a row of any table, as text or as bytes, as `word in database.table`. */
export async function foundInDatabases(cluster: string, words: readonly string[]): Promise<string[]> {
  const names = await asAdministrator(cluster, async (administrator) => {
    const { rows } = await administrator.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname LIKE 'recapito%'`,
    );
    return rows.map(({ datname }) => datname);
  });
  const found: string[] = [];
  for (const name of names) {
    const address = new URL(cluster);
    address.pathname = `/${name}`;
    found.push(...(await asAdministrator(address.href, (reader) => foundInTables(reader, name, words))));
  }
  return found;
}

type Reader = Parameters<Parameters<typeof asAdministrator>[1]>[0];

async function foundInTables(reader: Reader, database: string, words: readonly string[]): Promise<string[]> {
  const tables = await reader.query<{ name: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await reader.query<{ word: string }>(
      `SELECT DISTINCT word FROM ${name} AS held, unnest($1::text[]) AS word
       WHERE strpos(held::text, word) > 0
          OR strpos(held::text, encode(convert_to(word, 'UTF8'), 'hex')) > 0
          OR strpos(held::text, replace(encode(convert_to(word, 'UTF8'), 'base64'), '=', '')) > 0`,
      [words],
    );
    found.push(...rows.map(({ word }) => `${word} in ${database} ${name}`));
  }
  return found;
}

function foundInText(text: string, words: readonly string[]): string[] {
  const anyOf = new RegExp(words.map((word) => word.replaceAll('.', String.raw`\.`)).join('|'), 'g');
  return [...new Set(text.match(anyOf))];
}

/** Quoted-printable breaks lines where it likes. */
function readable(text: string): string {
  return text.replaceAll(/=\r?\n/g, '');
}
