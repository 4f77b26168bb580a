import { isRefusal, type Refusal } from '@recapito/primitives';
import type { KeyReused } from '@recapito/database';
import { Problem } from './problem.ts';

/**
 * The HTTP status of each refusal of a noun: an exhaustive switch over its codes without `default`, in the app's
 * http/problem.ts (`npm run check -- statuses`). A key that is used again for another body is answered here, alike everywhere.
 */
export type StatusOf<Code extends string> = (code: Exclude<Code, KeyReused['refused']>) => number;

/**
 * The end of a controller: the value is the answer, a refusal becomes `application/problem+json` with the status that
 * `statusOf` gives its code. Call it outside the transaction, so that what a refusal recorded stays.
 */
export function answer<Result>(
  result: Result,
  statusOf: StatusOf<Extract<Result, Refusal>['refused']>,
): Exclude<Result, Refusal> {
  if (!isRefusal(result)) return result as Exclude<Result, Refusal>;
  const code = result.refused as Exclude<Extract<Result, Refusal>['refused'], KeyReused['refused']>;
  throw new Problem(isKeyReused(result) ? 409 : statusOf(code), result);
}

function isKeyReused(refusal: Refusal): refusal is KeyReused {
  return refusal.refused === ('idempotency-key/reused' satisfies KeyReused['refused']);
}
