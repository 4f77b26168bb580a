import { Turnstile } from './turnstile.ts';
import type { Entry } from './turnstile.ts';

export interface AccountTurnsOptions {
  /** How many may wait for one account. */
  readonly places: number;
  readonly patienceMs: number;
}

/**
 * Attempts on one account are debited one after the other: within a process they queue here, in their order, instead of
 * racing for the row. Attempts on different accounts do not meet.
 */
export class AccountTurns {
  readonly #options: AccountTurnsOptions;
  readonly #turns = new Map<string, Turnstile>();

  constructor(options: AccountTurnsOptions) {
    this.#options = options;
  }

  /** Runs `debit` when it is this attempt's turn; or says why it never will be. */
  async inTurn<Result>(
    account: string,
    caller: AbortSignal,
    debit: () => Promise<Result>,
  ): Promise<Result | Exclude<Entry, 'entered'>> {
    const turnstile = this.#turns.get(account) ?? new Turnstile({ inside: 1, ...this.#options });
    this.#turns.set(account, turnstile);
    const entry = await turnstile.enter(caller);
    if (entry !== 'entered') return entry;
    try {
      return await debit();
    } finally {
      turnstile.leave();
      if (turnstile.inside === 0) this.#turns.delete(account);
    }
  }
}
