// The secrets of a development machine: made once, never committed, readable by their owner only.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPair, pairs, privateHalfOf, publicHalves, readKeys, writeKeys } from './key-pairs.mjs';
import { say } from './say.mjs';
import { workshop } from './stamps.mjs';

const folder = join(workshop, 'secrets');

const random = () => `${randomBytes(32).toString('hex')}\n`;

/** What each file holds is said where it is read; here is only its shape. */
const single = {
  'holder-id.key': random,
  'first-access.key': random,
  'checkpoint.key': random,
  'quarantine.key': random,
  'operator.token': () => `${randomBytes(32).toString('base64url')}\n`,
};

export function makeSecrets() {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const made = [
    ...keyPairs(),
    ...Object.entries(single)
      .filter(([name, make]) => write(name, make))
      .map(([name]) => name),
  ];
  if (made.length > 0) say(`made secrets for development under .recapito/secrets: ${made.join(', ')}`);
}

/** The key pairs that are missing: services of a development machine share one folder. */
function keyPairs() {
  const missing = pairs.filter((pair) => !existsSync(join(folder, privateHalfOf(pair))));
  if (missing.length === 0) return [];
  const made = missing.map((pair) => ({ pair, ...newPair(pair) }));
  // Public halves first: no service finds a key that nobody knows.
  writeKeys(folder, [...readKeys(folder), ...made.map(({ key }) => key)]);
  for (const { pair, pem } of made) put(privateHalfOf(pair), pem);
  return [publicHalves, ...missing.map(privateHalfOf)];
}

function write(name, make) {
  if (existsSync(join(folder, name))) return false;
  put(name, make());
  return true;
}

function put(name, content) {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
}
