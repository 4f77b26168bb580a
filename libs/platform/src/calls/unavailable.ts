import { InfrastructureFailure } from '@recapito/messaging';

/**
 * Another part of the house did not answer: no refusal and no bug. Over HTTP it becomes 503; a consumer that meets it
 * tries its record again.
 */
export class Unavailable extends InfrastructureFailure {
  /** What was called, as `identity`. */
  readonly target: string;

  constructor(target: string, message: string, cause?: unknown) {
    super(`${target}: ${message}`, cause === undefined ? undefined : { cause });
    this.target = target;
  }
}
