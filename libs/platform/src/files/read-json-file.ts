import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Reads a JSON file of the shape of a schema. @throws Error naming the file: it is missing, is not JSON, or each fault of its shape */
export function readJsonFile<Content>(path: string, schema: z.ZodType<Content>): Content {
  const reading = schema.safeParse(parsed(readFileSync(path, 'utf8'), path));
  if (!reading.success) throw new Error(`${path} does not say what it should:\n${z.prettifyError(reading.error)}`);
  return reading.data;
}

function parsed(text: string, path: string): unknown {
  try {
    // Editors of some systems begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
