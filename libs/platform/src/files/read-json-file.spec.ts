import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readJsonFile } from './read-json-file.ts';

const schema = z.object({ name: z.string(), days: z.int() });
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-json-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function reading(text: string) {
  const path = join(folder, 'campaign.json');
  writeFileSync(path, text);
  return () => readJsonFile(path, schema);
}

describe('a JSON file', () => {
  test('is read by its schema, with or without a byte order mark', () => {
    expect(reading('{"name":"inps","days":3}')()).toEqual({ name: 'inps', days: 3 });
    expect(reading('\uFEFF{"name":"inps","days":3}')()).toEqual({ name: 'inps', days: 3 });
  });

  test('that is not JSON is refused by name, with the place', () => {
    expect(reading('{"name":"inps",}')).toThrow(/campaign\.json is not JSON: .*position 15/);
    expect(reading('')).toThrow(/campaign\.json is not JSON/);
  });

  test('of another shape is refused by name, with each fault', () => {
    expect(reading('{"days":"three"}')).toThrow(/campaign\.json does not say[^]*name[^]*days/);
  });

  test('that is missing is refused by name', () => {
    expect(() => readJsonFile(join(folder, 'none.json'), schema)).toThrow('none.json');
  });
});
