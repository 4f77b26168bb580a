import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { decideEnrolment } from '../domain/enrolment.ts';
import type { EnrolmentRefusal } from '../domain/enrolment.ts';
import { lockEnrolment, saveEnrolment } from '../persistence/enrolment.store.ts';
import type { Enrolment } from '../persistence/enrolment.store.ts';
import { makeSureNobodyIsAwaited } from '../persistence/forgotten.store.ts';
import { tellOfReading } from '../persistence/reading.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { IdentitySecrets } from '../secrets/identity-secrets.ts';

export interface GiveFirstAccessPassword {
  readonly enrolment: string;
  /** The generation that the announcement at hand is written for. */
  readonly generation: number;
  /** The service that asks. */
  readonly reader: string;
  readonly at: Instant;
  readonly lockPatienceMs: number;
}

/** What an announcement needs to know. */
export interface FirstAccessPassword {
  readonly enrolment: string;
  readonly generation: number;
  readonly password: string;
  /** The first instant at which it opens nothing any more. */
  readonly until: Instant;
}

export type FirstAccessRefusal = EnrolmentRefusal | Refusal<'enrolment/unknown' | 'enrolment/generation-superseded'>;

/**
 * Gives the first-access password of an enrolment to whoever writes its announcement; asking again gives the same.
 * From the instant at which it is first given out it opens the first step.
 * Refusals: `enrolment/unknown`, `enrolment/generation-superseded` (an operator has had it made anew),
 * `enrolment/password-chosen`, `enrolment/already-confirmed`, `enrolment/window-ended`.
 * @rule FIRST-ACCESS-WINDOW
 */
export async function giveFirstAccessPassword(
  tx: Tx,
  command: GiveFirstAccessPassword,
  secrets: IdentitySecrets,
): Promise<FirstAccessPassword | FirstAccessRefusal> {
  const enrolment = await lockEnrolment(tx, command.enrolment, command.lockPatienceMs);
  if (enrolment === null) {
    await makeSureNobodyIsAwaited(tx);
    return unknownEnrolment();
  }
  const refusal = refusalToGive(enrolment, command);
  if (refusal !== null) return refusal;
  if (enrolment.givenAt === null) await saveEnrolment(tx, enrolment.id, { givenAt: command.at });
  await tellOfReading(tx, command.at, {
    reader: command.reader,
    holder: enrolment.holder,
    what: 'first-access-password',
    purpose: enrolment.id,
  });
  const { id, generation, until, keyId } = enrolment;
  const password = secrets.firstAccessPassword(id, generation, keyId);
  if (password === null) throw new Error(`the key ${keyId} of the enrolment ${id} is not there: it is reissued`);
  return { enrolment: id, generation, password, until };
}

/** There is something to give exactly as long as it could still be made anew. */
function refusalToGive(enrolment: Enrolment, { generation, at }: GiveFirstAccessPassword): FirstAccessRefusal | null {
  const decision = decideEnrolment(enrolment, 'reissue', at);
  if ('refused' in decision) return decision;
  if (generation === enrolment.generation) return null;
  return refuse('enrolment/generation-superseded', 'ENROLMENT-REISSUE', {
    it: 'Questa password di primo accesso è stata sostituita da una più recente.',
    en: 'This first-access password has been replaced by a more recent one.',
  });
}

export function unknownEnrolment(): Refusal<'enrolment/unknown'> {
  return refuse('enrolment/unknown', 'ENROLMENT-STEPS', {
    it: 'Non esiste un’adesione con questo identificativo.',
    en: 'There is no enrolment of this id.',
  });
}
