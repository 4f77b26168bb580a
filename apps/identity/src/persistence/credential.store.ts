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
