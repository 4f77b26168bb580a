// Makes what the containers of an installation prove themselves to each other with, once: a folder for each of them, so
// that each is given its own and no other's. Files that are there stay as they are, whoever has put them there.
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { newPair, pairs, privateHalfOf, publicHalves, readKeys, writeKeys } from '../bootstrap/key-pairs.mjs';
import { account, appDatabase, isRoot, passwordFile, users } from '@recapito/servers/preparations';
import { instant } from '@recapito/primitives';
import { issueServerCertificate, makeAuthority } from '@recapito/rfc6109';

const help = `make-secrets --out DIR --mode MODE [--postgres HOST:PORT] [--owner ACCOUNT]

  --out DIR             one folder in it for each service, one each for PostgreSQL, Kafka and Redis, one each
                        for whoever prepares the databases and the broker
  --mode MODE           rehearsal or production; only a rehearsal has a token for its operator
  --postgres HOST:PORT  where the services reach PostgreSQL (postgres:5432)
  --owner ACCOUNT       whom the services run as (node); only root can give files away`;

const key = (): string => `${randomBytes(32).toString('hex')}\n`;

/** What each service is given beside its key pair and the address of its database. */
const ownKeys: Readonly<Record<string, readonly string[]>> = {
  identity: ['first-access.key'],
  mailbox: [],
  'certified-mail': ['quarantine.key'],
  migration: ['holder-id.key'],
  notification: [],
  'audit-log': ['checkpoint.key'],
  console: [],
};

/** Services that keep nothing in a database. */
const withoutDatabase = ['console'];

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    mode: { type: 'string' },
    postgres: { type: 'string', default: 'postgres:5432' },
    owner: { type: 'string', default: 'node' },
    help: { type: 'boolean', default: false },
  },
});

async function makeSecrets(out: string): Promise<void> {
  const password = keep(join(out, 'postgres', 'password'), () => randomBytes(24).toString('base64url'), everybody);
  const cluster = `postgres://postgres:${password}@${values.postgres}/postgres`;
  keep(join(out, 'databases', 'cluster.url'), () => cluster);
  makePairs(out);
  makeBrokerPasswords(out);
  await makeRedisSecrets(out);
  if (values.mode === 'rehearsal') share(out, 'operator.token', () => `${randomBytes(32).toString('base64url')}\n`);
  for (const [service, names] of Object.entries(ownKeys)) {
    if (!withoutDatabase.includes(service))
      keep(join(out, service, 'database.url'), () => appDatabase(cluster, service).url);
    for (const name of names) keep(join(out, service, name), key);
  }
}

/**
 * Each service, the preparations and the driver of a rehearsal get their passwords at the broker; the broker gets all of
 * them, to know them by.
 */
function makeBrokerPasswords(out: string): void {
  const places: Readonly<Record<string, string>> = {
    preparations: join('topics', 'kafka.password'),
    rehearsal: join('topics', 'kafka-clock.password'),
    ...Object.fromEntries(Object.keys(ownKeys).map((service) => [service, join(service, 'kafka.password')])),
  };
  for (const user of users) {
    const password = keep(
      passwordFile(join(out, 'kafka'), user),
      () => randomBytes(24).toString('base64url'),
      everybody,
    );
    const place = places[user];
    if (place !== undefined) keep(join(out, place), () => password);
  }
}

/**
 * Redis gets a password and a certificate, of an authority whose key nobody keeps; each service the address with the
 * password, and the authority by which it knows Redis. The certificate holds for ten years: it is made anew when it is
 * removed with its authority, and services are started again.
 */
async function makeRedisSecrets(out: string): Promise<void> {
  const place = (name: string) => join(out, 'redis', name);
  const password = keep(place('redis.password'), () => randomBytes(24).toString('base64url'), everybody);
  if (!['ca.pem', 'redis.pem', 'redis.key'].every((name) => existsSync(place(name)))) {
    const now = Date.now();
    const validity = { from: instant(now - 3_600_000), until: instant(now + 10 * 365 * 86_400_000) };
    const authority = await makeAuthority('Recapito, autorità di Redis', validity);
    const own = await issueServerCertificate(authority, ['redis', 'localhost'], validity);
    keep(place('ca.pem'), () => authority.certificate, everybody);
    keep(place('redis.pem'), () => own.certificate, everybody);
    keep(place('redis.key'), () => own.privateKey, everybody);
  }
  const authorities = readFileSync(place('ca.pem'), 'utf8');
  for (const service of Object.keys(ownKeys)) {
    keep(join(out, service, 'redis.url'), () => `rediss://:${password}@redis:6379`);
    keep(join(out, service, 'redis-ca.pem'), () => authorities);
  }
}

/** Gives all services the same file: that which one of them has already, or a new one. */
function share(out: string, name: string, make: () => string): void {
  const places = Object.keys(ownKeys).map((service) => join(out, service, name));
  const held = places.find((place) => existsSync(place));
  const content = held === undefined ? make() : readFileSync(held, 'utf8');
  for (const place of places) keep(place, () => content);
}

/** Each service gets its own private halves and everybody's public ones. */
function makePairs(out: string): void {
  const folders = Object.keys(ownKeys).map((service) => join(out, service));
  const known = new Map(folders.flatMap((folder) => readKeys(folder)).map((key) => [key.kid, key]));
  for (const pair of pairs) {
    keep(join(out, pair.owner, privateHalfOf(pair)), () => {
      const { pem, key } = newPair(pair);
      known.set(key.kid, key);
      return pem;
    });
  }
  const all = [...known.values()];
  for (const folder of folders) {
    if (JSON.stringify(readKeys(folder)) === JSON.stringify(all)) continue;
    writeKeys(folder, all);
    giveAway(join(folder, publicHalves));
    console.log(`wrote ${join(folder, publicHalves)}`);
  }
}

/** Its owner alone reads a secret; those of PostgreSQL, Kafka and Redis are read by accounts that only their images know. */
const ownerAlone = 0o600;
const everybody = 0o444;

/** What the file holds, made by `make` when there is none; never half written. */
function keep(path: string, make: () => string, mode: number = ownerAlone): string {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode === everybody ? 0o755 : 0o700);
  giveAway(folder);
  if (!existsSync(path)) {
    writeFileSync(`${path}.part`, make(), { mode });
    giveAway(`${path}.part`);
    renameSync(`${path}.part`, path);
    console.log(`made ${path}`);
  }
  return readFileSync(path, 'utf8');
}

function giveAway(path: string): void {
  if (!isRoot()) return;
  const owner = account(values.owner);
  if (owner === undefined) throw new Error(`there is no account "${values.owner}" here`);
  chownSync(path, owner.uid, owner.gid);
}

if (values.help) console.log(help);
else if (values.out === undefined || !['rehearsal', 'production'].includes(values.mode ?? '')) {
  console.error(help);
  process.exitCode = 2;
} else await makeSecrets(values.out);
