import { abandoned } from '@recapito/platform';
import type { Sources } from '@recapito/platform';
import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { busy, denied } from '../domain/access.ts';
import type { AccessRefusal } from '../domain/access.ts';
import { judgePassword } from '../domain/password-policy.ts';
import type { PasswordRefusal } from '../domain/password-policy.ts';
import { inSession } from '../hashing/hash-pool.ts';
import { countHashes } from '../persistence/access-account.store.ts';
import { replacePassword } from '../persistence/credential.store.ts';
import { findHolder, lockHolder } from '../persistence/holder.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { voidSessions } from './end-sessions.ts';
import { trySecret } from './try-secret.ts';
import type { RightSecret } from './try-secret.ts';
import type { AccessParts } from './access-parts.ts';

export interface ChangePassword {
  /** The holder of the session, and the service whose box it opens. */
  readonly holder: string;
  readonly service: string;
  /** The password that holds now: whoever has found an open session knows it not. */
  readonly current: string;
  readonly password: string;
  readonly sources: Sources;
  readonly at: Instant;
}

export interface PasswordChanged {
  readonly changed: true;
}

export type ChangePasswordRefusal =
  | AccessRefusal
  | PasswordRefusal
  | Refusal<'password/unchanged' | 'password/not-chosen'>;

/**
 * A holder chooses another password. The current one is a proof and counts as an attempt; every session of the holder, this
 * one too, is void in the transaction in which the new one holds, and who else takes sessions hears of it.
 * Refusals: those of `judgePassword` and of `trySecret`, `password/unchanged`, `password/not-chosen`.
 * @rule PASSWORD-CHANGE
 */
export async function changePassword(
  parts: AccessParts,
  command: ChangePassword,
): Promise<PasswordChanged | ChangePasswordRefusal> {
  const { holder, service, current, password, sources, at } = command;
  if (password === current) return unchanged();
  const known = await findHolder(parts.database.client, holder);
  if (known === null) throw new Error('a session has no holder');
  const unfit = judgePassword(password, null, known);
  if (unfit !== null) return unfit;
  const hash = await parts.hashes.hash(password, inSession(holder, abandoned()));
  if (typeof hash !== 'string') return busy();
  const key = { kind: 'holder', holder, service } as const;
  const attempt = { key, service, secret: current, door: 'portal', sources, at } as const;
  return await trySecret<PasswordChanged, ChangePasswordRefusal>(parts, attempt, (tx, right) =>
    keepPassword(tx, right, command, hash),
  );
}

/** The password may have been changed since it was looked at: the one that was shown has to hold under the lock. */
async function keepPassword(
  tx: Tx,
  { credential }: RightSecret,
  { holder, service, at }: ChangePassword,
  hash: string,
): Promise<PasswordChanged | AccessRefusal | Refusal<'password/not-chosen'>> {
  if (credential.kind !== 'password') return notChosen();
  await lockHolder(tx, holder);
  if (!(await replacePassword(tx, { holder, service, before: credential.hash, hash, at }))) return denied();
  await countHashes(tx, holder, 1);
  await voidSessions(tx, { holder, cause: 'password-changed' }, at);
  return { changed: true };
}

function unchanged(): Refusal<'password/unchanged'> {
  return refuse('password/unchanged', 'PASSWORD-CHANGE', {
    it: 'La nuova password è uguale a quella di adesso.',
    en: 'The new password is the one that holds now.',
  });
}

function notChosen(): Refusal<'password/not-chosen'> {
  return refuse('password/not-chosen', 'PASSWORD-CHANGE', {
    it: 'La password di primo accesso si cambia con il terzo passo dell’attivazione.',
    en: 'The first-access password is changed by the third step of the activation.',
  });
}
