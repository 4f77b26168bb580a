// The key pairs of an installation: private halves in files of their own, public halves together in keys.json (a JSON Web Key
// Set, RFC 7517), from which services learn who may sign what. Only Node's own modules: the bootstrap makes keys with it.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The services that prove themselves to each other, and the console, which proves itself to the OpenID provider. */
export const owners = ['identity', 'mailbox', 'certified-mail', 'migration', 'notification', 'audit-log', 'console'];

/**
 * Every pair of an installation: each service's own, and those with which identity signs the sessions of citizens and, as
 * OpenID provider, the tokens of operators.
 */
export const pairs = [
  ...owners.map((owner) => ({ owner, purpose: 'service' })),
  { owner: 'identity', purpose: 'citizen-sessions' },
  { owner: 'identity', purpose: 'provider' },
];

export const publicHalves = 'keys.json';

/** The file of a private half, as `mailbox.service.key`. */
export function privateHalfOf({ owner, purpose }) {
  return `${owner}.${purpose}.key`;
}

/**
 * A new pair: the private half as PKCS #8 PEM, and the public half as it stands in keys.json. Ed25519, but P-256 for the
 * provider: ES256 is what every OpenID client can verify.
 */
export function newPair({ owner, purpose }, made = new Date()) {
  const { privateKey } =
    purpose === 'provider' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { pem, key: publicHalf(pem, { owner, purpose, made: made.toISOString() }) };
}

/** The public half of a private one; `kid` is its thumbprint (RFC 7638). */
export function publicHalf(pem, more) {
  const { crv, kty, x, y } = createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { kid, kty, crv, x, ...(y && { y }), alg: kty === 'EC' ? 'ES256' : 'EdDSA', use: 'sig', ...more };
}

/** The public halves in a folder of secrets; none when there is no such file. */
export function readKeys(folder) {
  const path = join(folder, publicHalves);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).keys : [];
}

/** Writes them whole or not at all: services read the file again when it has changed. */
export function writeKeys(folder, keys) {
  writeWhole(join(folder, publicHalves), `${JSON.stringify({ keys }, null, 2)}\n`);
}

export function writeWhole(path, content) {
  writeFileSync(`${path}.part`, content, { mode: 0o600 });
  renameSync(`${path}.part`, path);
}
