import type { goOnAfterRestore, KeptEpoch } from '@recapito/messaging';

/** The decision to go on with a database that was put back to an earlier state: an operator's, or the configuration's. */
export class RestoreDecision {
  readonly #epochFile: KeptEpoch;
  readonly #decide: (above: readonly number[]) => ReturnType<typeof goOnAfterRestore>;

  /** @param decide rebuilds what the service can and raises its epoch above these, in one transaction. */
  constructor(epochFile: KeptEpoch, decide: (above: readonly number[]) => ReturnType<typeof goOnAfterRestore>) {
    this.#epochFile = epochFile;
    this.#decide = decide;
  }

  /** Goes on in an epoch above the clock, the file and all forgotten facts. Refusal: `restore/nothing-to-decide`. */
  async goOn() {
    return this.#decide([Date.now(), await this.#epochFile.read()]);
  }
}
