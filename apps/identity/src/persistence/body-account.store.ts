import type { Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/** The account by which a public body signs in to its box. */
export interface BodyAccount {
  /** The box's id in the directory, which is its holder's too. */
  readonly id: string;
  /** Lower case. */
  readonly address: string;
  /** argon2id, as a PHC string. */
  readonly hash: string;
  /** The operator who had the secret made. */
  readonly issuedBy: string;
}

/** Keeps the account; a secret that it had before opens nothing any more. */
export async function saveBodyAccount(tx: Tx, account: BodyAccount, at: Instant): Promise<void> {
  const { id, ...kept } = account;
  const issued = { ...kept, issuedAt: new Date(at) };
  await tx.bodyAccount.upsert({ where: { id }, create: { id, ...issued }, update: issued });
}
