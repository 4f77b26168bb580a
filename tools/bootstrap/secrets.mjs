// The secrets of a development machine: made once, never committed, readable by their owner only.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
    ...suiteToken(),
    ...Object.entries(single)
      .filter(([name, make]) => write(name, make))
      .map(([name]) => name),
  ];
  if (made.length > 0) say(`made secrets for development under .recapito/secrets: ${made.join(', ')}`);
}

/** The pair by which the services know each other: made together or not at all. */
function suiteToken() {
  const names = ['suite-token.key', 'suite-token.pub'];
  if (names.every((name) => existsSync(join(folder, name)))) return [];
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  put(names[0], privateKey.export({ type: 'pkcs8', format: 'pem' }));
  put(names[1], publicKey.export({ type: 'spki', format: 'pem' }));
  return names;
}

function write(name, make) {
  if (existsSync(join(folder, name))) return false;
  put(name, make());
  return true;
}

function put(name, content) {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
}
