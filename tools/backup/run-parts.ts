// What of a run is backed up: data in one bundle, keys in another.
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** A part of a run. Paths in a bundle begin with `as`. */
export interface Part {
  readonly from: string;
  readonly as: string;
  readonly leftOut: (path: string) => boolean;
}

/** Files inside the mail store that open something. */
const storeKeys = ['gate.token', 'doveadm.key', 'tls-key.pem'];
/** Files of the mail store that are written anew at each start, with a key in them. */
const storeMade = ['dovecot.conf', 'gate.lua', 'deliver-once.svbin'];

const nothing = () => false;

/** The files that are copied while the suite is paused. PostgreSQL's are copied apart, by its own rules. */
export async function dataParts(run: string): Promise<Part[]> {
  return present([
    { from: join(run, 'kafka', 'log'), as: 'kafka/log', leftOut: isMadeAgainByKafka },
    { from: join(run, 'store'), as: 'store', leftOut: (path) => [...storeKeys, ...storeMade].includes(path) },
    { from: join(run, 'services'), as: 'services', leftOut: nothing },
    ...['rehearsal', 'saved', 'report'].map((name) => ({ from: join(run, name), as: name, leftOut: nothing })),
  ]);
}

/**
 * The files of the mail store and the passwords that lie in the run, and the folder of secrets.
 * @rule BACKUP-KEYS-APART
 */
export async function keyParts(run: string, secrets: string): Promise<Part[]> {
  return present([
    { from: secrets, as: 'secrets', leftOut: nothing },
    { from: run, as: 'run', leftOut: (path) => path !== 'postgres.password' },
    { from: join(run, 'kafka', 'credentials'), as: 'run/kafka/credentials', leftOut: nothing },
    { from: join(run, 'store'), as: 'run/store', leftOut: (path) => !storeKeys.includes(path) },
  ]);
}

/** Index files follow from the segments; the others are remains of what Kafka was about to remove. */
function isMadeAgainByKafka(path: string): boolean {
  return /\.(index|timeindex|deleted|cleaned)$|-delete$|^\.lock$/.test(path);
}

/** A part may be a link to where it really lies. */
async function present(parts: readonly Part[]): Promise<Part[]> {
  const found = parts.filter(({ from }) => existsSync(from));
  return Promise.all(found.map(async (part) => ({ ...part, from: await realpath(part.from) })));
}
