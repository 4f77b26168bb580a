// What lies in a folder: folders, files and links, with what is needed to lay them down again.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const shared = {
  /** Relative to the folder, with `/` between names. */
  path: z.string().min(1),
  /** Name of the account, or its number where it has no name. */
  owner: z.string(),
  group: z.string(),
};
const mode = z.int().min(0).max(0o7777);

export const entrySchema = z.discriminatedUnion('kind', [
  z.object({ ...shared, kind: z.literal('folder'), mode }),
  z.object({ ...shared, kind: z.literal('link'), target: z.string() }),
  z.object({
    ...shared,
    kind: z.literal('file'),
    mode,
    size: z.int().min(0),
    /** System milliseconds. */
    changedAt: z.number(),
    /** SHA-256 in hex. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
]);

export type Entry = z.output<typeof entrySchema>;
export type FileEntry = Extract<Entry, { kind: 'file' }>;

/** Names of accounts and groups of this machine, and the numbers behind them. */
export class Accounts {
  readonly #users = numbersIn('/etc/passwd');
  readonly #groups = numbersIn('/etc/group');

  /** The names of an owner and a group, their numbers where they have none. */
  names(uid: number, gid: number): { owner: string; group: string } {
    return { owner: nameOf(this.#users, uid), group: nameOf(this.#groups, gid) };
  }

  /** The numbers of an owner and a group on this machine; undefined for one that it does not know. */
  numbers({ owner, group }: Pick<Entry, 'owner' | 'group'>): { uid: number; gid: number } | undefined {
    const uid = numberOf(this.#users, owner);
    const gid = numberOf(this.#groups, group);
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  }
}

function numbersIn(file: string): Map<string, number> {
  const lines = readFileSync(file, 'utf8').split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [name, , number] = line.split(':');
      return name && number ? [[name, Number(number)] as const] : [];
    }),
  );
}

function nameOf(all: ReadonlyMap<string, number>, wanted: number): string {
  for (const [name, number] of all) if (number === wanted) return name;
  return String(wanted);
}

function numberOf(all: ReadonlyMap<string, number>, wanted: string): number | undefined {
  return all.get(wanted) ?? (/^\d+$/.test(wanted) ? Number(wanted) : undefined);
}
