import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceTokens } from '@recapito/platform';

/** What the operator of a spec shows. */
export const operatorToken = 'operatore-di-prova';

/** A folder of secrets as the bootstrap makes it, with keys that are the same in every spec where that is harmless. */
export function secretsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-secrets-'));
  const put = (name: string, content: string) => writeFileSync(join(folder, name), content, { mode: 0o600 });
  const { privateKey } = generateKeyPairSync('ed25519');
  put('suite-token.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  put('holder-id.key', '1e'.repeat(32));
  put('first-access.key', '0f'.repeat(32));
  put('checkpoint.key', '2d'.repeat(32));
  put('quarantine.key', '3c'.repeat(32));
  put('operator.token', operatorToken);
  return folder;
}

/** A token by which `service` proves itself to `audience`, signed with the suite key in `secrets`. */
export async function serviceToken(secrets: string, service: string, audience: string): Promise<string> {
  const sign = createPrivateKey(readFileSync(join(secrets, 'suite-token.key')));
  return await new ServiceTokens(service, { sign, verify: createPublicKey(sign) }).issue(audience);
}
