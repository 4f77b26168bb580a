import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

/**
 * Runs work that waits for a lock; a wait that was given up is a refusal: nothing was changed.
 * What arrived before a bound must not be decided so long after it that its end has been recorded meanwhile.
 * @rule REQUEST-LOCK-WAIT
 */
export async function withinPatience<Result>(
  work: () => Promise<Result>,
): Promise<Result | Refusal<'request/timed-out'>> {
  try {
    return await work();
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    return refuse('request/timed-out', 'REQUEST-LOCK-WAIT', {
      it: 'La richiesta ha atteso troppo a lungo e non è stata eseguita: si può ripetere.',
      en: 'The request waited for too long and was not carried out: it may be repeated.',
    });
  }
}

/** Whether an error says that a row was not to be had in time (PostgreSQL 55P03), however Prisma wraps it. */
function isLockTimeout(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false;
  const { code, originalCode, meta, cause, driverAdapterError } = error as Record<string, unknown>;
  if (code === '55P03' || originalCode === '55P03') return true;
  return [meta, cause, driverAdapterError].some((inner) => isLockTimeout(inner, depth + 1));
}
