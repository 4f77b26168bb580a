import type { Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/** Keeps the password that a holder chose for the box of a service. */
export async function savePassword(tx: Tx, holder: string, service: string, hash: string, at: Instant): Promise<void> {
  await tx.password.upsert({
    where: { holderId_service: { holderId: holder, service } },
    create: { holderId: holder, service, hash, chosenAt: new Date(at) },
    update: { hash, chosenAt: new Date(at) },
  });
}

/** Puts a password in the place of another. @returns false when the other one holds no more */
export async function replacePassword(
  tx: Tx,
  { holder, service, before, hash, at }: ReplacedPassword,
): Promise<boolean> {
  const { count } = await tx.password.updateMany({
    where: { holderId: holder, service, hash: before },
    data: { hash, chosenAt: new Date(at) },
  });
  return count === 1;
}

interface ReplacedPassword {
  readonly holder: string;
  readonly service: string;
  /** The hash that is to be replaced, and the one in its place. */
  readonly before: string;
  readonly hash: string;
  readonly at: Instant;
}

/** Keeps the keyed hash of the three answers, by which key it is, and which questions they belong to. */
export async function saveSecurityAnswers(
  tx: Tx,
  holder: string,
  { questions, hash, keyId }: { readonly questions: readonly string[]; readonly hash: string; readonly keyId: string },
  at: Instant,
): Promise<void> {
  const kept = { questions: [...questions], hash, keyId, setAt: new Date(at) };
  await tx.securityAnswers.upsert({ where: { holderId: holder }, create: { holderId: holder, ...kept }, update: kept });
}
