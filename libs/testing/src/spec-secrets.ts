import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyRing, ServiceTokens } from '@recapito/platform';
import type { KeyPurpose } from '@recapito/platform';

/** What the operator of a spec shows. */
export const operatorToken = 'operatore-di-prova';

/** A folder of secrets as the bootstrap makes it, with keys that are the same in every spec where that is harmless. */
export function secretsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-secrets-'));
  const put = (name: string, content: string) => writeFileSync(join(folder, name), content, { mode: 0o600 });
  for (const owner of ['identity', 'mailbox', 'certified-mail', 'migration', 'notification', 'audit-log'])
    addKeyPair(folder, owner, 'service');
  addKeyPair(folder, 'identity', 'citizen-sessions');
  addKeyPair(folder, 'identity', 'provider');
  addKeyPair(folder, 'console', 'service');
  put('holder-id.key', '1e'.repeat(32));
  put('first-access.key', '0f'.repeat(32));
  put('checkpoint.key', '2d'.repeat(32));
  put('quarantine.key', '3c'.repeat(32));
  put('operator.token', operatorToken);
  return folder;
}

/** Gives an owner a pair of its own in a folder of secrets; answers its key id. @param more members of its public half */
export function addKeyPair(
  folder: string,
  owner: string,
  purpose: KeyPurpose,
  more: { readonly retired?: string } = {},
): string {
  const { privateKey, publicKey } =
    purpose === 'provider' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const kid = randomUUID();
  const keys = join(folder, 'keys.json');
  const known = existsSync(keys) ? (JSON.parse(readFileSync(keys, 'utf8')) as { keys: object[] }).keys : [];
  const half = { ...publicKey.export({ format: 'jwk' }), kid, owner, purpose, made: '2010-08-01T00:00:00Z', ...more };
  writeFileSync(keys, JSON.stringify({ keys: [...known, half] }), { mode: 0o600 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(folder, `${owner}.${purpose}.key`), pem, { mode: 0o600 });
  return kid;
}

/** A token by which `service` proves itself to `audience`, signed with its key in `secrets`, made when it has none. */
export async function serviceToken(secrets: string, service: string, audience: string): Promise<string> {
  if (!existsSync(join(secrets, `${service}.service.key`))) addKeyPair(secrets, service, 'service');
  return await new ServiceTokens(service, new KeyRing(secrets, service)).issue(audience);
}
