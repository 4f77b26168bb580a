import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  readonly topic: string;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
}

/** Topic and id of every fact in an exported trace, in its order; what states no fact has none. */
export function factIdsIn(trace: string): string[] {
  const entries = join(trace, 'entries');
  return readdirSync(entries)
    .sort()
    .flatMap((day) => readFileSync(join(entries, day), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Entry)
    .flatMap(({ topic, headers }) => {
      const id = headers.find(([name]) => name === 'ce_id')?.[1];
      return id ? [`${topic} ${Buffer.from(id, 'base64').toString()}`] : [];
    });
}
