import { randomBytes } from 'node:crypto';
import { abandoned } from '@recapito/platform';
import { derivedId, refuse } from '@recapito/primitives';
import type { CertifiedAddress, Instant, Refusal } from '@recapito/primitives';
import { busy } from '../domain/access.ts';
import type { AccessRefusal } from '../domain/access.ts';
import { saveBodyAccount } from '../persistence/body-account.store.ts';
import { inSession, isNotHashed } from '../hashing/hash-pool.ts';
import type { AccessParts } from './access-parts.ts';

/** An operator gives a public body the secret of its box. */
export interface IssueBodySecret {
  readonly address: CertifiedAddress;
  readonly operator: string;
  readonly at: Instant;
}

/**
 * Makes a new secret for the box of a public body: 128 random bits, kept as argon2id alone and returned this once. The
 * secret before it is void. `box` is the box's id in the directory.
 * Refusals: `body/unknown` for an address that no provider's file names as a body's box, `access/busy`.
 * @rule BODY-SECRET
 */
export async function issueBodySecret(
  { database, hashes }: Pick<AccessParts, 'database' | 'hashes'>,
  bodies: ReadonlySet<CertifiedAddress>,
  { address, operator, at }: IssueBodySecret,
): Promise<{ readonly secret: string; readonly box: string } | Refusal<'body/unknown'> | AccessRefusal> {
  if (!bodies.has(address)) return unknownBody();
  const secret = randomBytes(16).toString('base64url');
  const hash = await hashes.hash(secret, inSession(operator, abandoned()));
  if (isNotHashed(hash)) return busy();
  const account = { id: boxOf(address), address, hash, issuedBy: operator };
  await database.transaction((tx) => saveBodyAccount(tx, account, at));
  return { secret, box: account.id };
}

/** The id of a public body's box in the directory, which is also that of its account. */
export function boxOf(address: CertifiedAddress): string {
  return derivedId('mailbox', address);
}

function unknownBody(): Refusal<'body/unknown'> {
  return refuse('body/unknown', 'BODY-SECRET', {
    it: 'L’indirizzo non è la casella di un ente ospitato da un gestore di questa installazione.',
    en: 'The address is no mailbox of a public body that a provider of this installation hosts.',
  });
}
