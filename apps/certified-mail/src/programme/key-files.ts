import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { readSecret } from '@recapito/platform';
import { certificateHash, signer } from '@recapito/rfc6109';
import type { ProviderIndex, Signer } from '@recapito/rfc6109';
import { tokenSigner } from '../signing/token-signer.ts';
import type { Provider } from './providers.ts';

/** The folder of certificates and keys inside the folder of secrets, as the development authority fills it. */
export const authorityFolder = 'providers';

/** Name of the `.pem` file with the certificates of the index's keeper, who signs its file. */
export const keeperName = 'index-keeper';

/** The index of all providers as its keeper publishes it. */
export const indexFile = 'index.ldif.p7m';

/**
 * The names of a provider's `.pem` and `.key` files: the pair that signs; the one that signed before and is still
 * believed; the one that is published already and will sign.
 */
export function keyFilesOf(provider: string): { current: string; previous: string; next: string } {
  return { current: provider, previous: `${provider}.previous`, next: `${provider}.next` };
}

/** Every certificate of a provider that lies here, the one that signs first. */
export function certificatesOf(folder: string, { provider }: Provider): X509Certificate[] {
  return Object.values(keyFilesOf(provider))
    .map((name) => join(folder, `${name}.pem`))
    .filter((path) => existsSync(path))
    .map((path) => new X509Certificate(readFileSync(path)));
}

/**
 * The signer of a provider: its newest key whose certificate the index knows, so that nobody gets a signature that he
 * cannot check. The signer at hand is used on when it is that one. Null when the index knows no certificate that lies
 * here.
 * A file `.pkcs11` in the place of `.key` says in which token the key lies, `.pin` beside it the PIN.
 * @throws Error when a key is missing, readable by others, or not that of its certificate, or when the certificate does
 * not bear the provider's address
 * @rule SIGN-KNOWN-KEY
 */
export function signerFor(
  folder: string,
  provider: Provider,
  index: ProviderIndex,
  atHand: Signer | undefined,
): Signer | null {
  const { current, previous } = keyFilesOf(provider.provider);
  for (const name of [current, previous]) {
    const path = join(folder, `${name}.pem`);
    if (!existsSync(path)) continue;
    const pem = readFileSync(path, 'utf8');
    const certificate = new X509Certificate(pem);
    if (index.certificateNamed(certificateHash(certificate.raw))?.provider.providerName !== provider.name) continue;
    if (atHand?.certificate.raw.equals(certificate.raw)) return atHand;
    const address = `email:posta-certificata@${provider.domain}`;
    if (certificate.subjectAltName?.split(', ').includes(address) !== true)
      throw new Error(`the certificate of ${provider.name} does not bear ${address}`);
    if (existsSync(join(folder, `${name}.pkcs11`)))
      return tokenSigner(pem, readSecret(folder, `${name}.pkcs11`), readSecret(folder, `${name}.pin`));
    return signer(pem, readSecret(folder, `${name}.key`));
  }
  return null;
}
