import { isRefusal, type Refusal } from '@recapito/primitives';
import { Problem } from './problem.ts';

/** The HTTP status of each refusal of a noun: an exhaustive switch over its codes, in the app's http/problem.ts. */
export type StatusOf<Code extends string> = (code: Code) => number;

/**
 * The end of a controller: the value is the answer, a refusal becomes `application/problem+json` with the status that
 * `statusOf` gives its code (409 when left out). Call it outside the transaction, so that what a refusal recorded stays.
 */
export function answer<Result>(
  result: Result,
  statusOf: StatusOf<Extract<Result, Refusal>['refused']> = () => 409,
): Exclude<Result, Refusal> {
  if (isRefusal(result)) throw new Problem(statusOf(result.refused), result);
  return result as Exclude<Result, Refusal>;
}
