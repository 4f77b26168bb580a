import { hash, verify } from '@node-rs/argon2';
import { Turnstile } from './turnstile.ts';

/** What one argon2id costs; parallelism is always one lane. */
export interface HashCost {
  readonly memoryKib: number;
  readonly passes: number;
}

export interface HashPoolOptions {
  readonly cost: HashCost;
  /** Hashes computed at a time, each with its own memory. */
  readonly calls?: number;
  /** How long a hash may wait for its turn. */
  readonly patienceMs?: number;
  /** How many may wait. */
  readonly places?: number;
}

/** `busy`: no turn came in time, or no place to wait for one. `gone`: nobody waits for the answer any more. */
export interface NotHashed {
  readonly notHashed: 'busy' | 'gone';
}

export interface HashPoolState {
  readonly running: number;
  readonly waiting: number;
  /** Since the start. */
  readonly hashes: number;
  readonly turnedAway: number;
}

/**
 * argon2id with a bound on memory and on waiting: `calls` hashes at a time, `places` that wait up to `patienceMs`, and
 * nothing begun for a caller who has gone. // HASHING-BOUNDED
 */
export class HashPool {
  readonly #cost: HashCost;
  readonly #turns: Turnstile;
  #hashes = 0;
  #turnedAway = 0;
  #decoy: Promise<string> | undefined;

  constructor({ cost, calls = 4, patienceMs = 2_000, places = 256 }: HashPoolOptions) {
    this.#cost = cost;
    this.#turns = new Turnstile({ inside: calls, patienceMs, places });
  }

  get state(): HashPoolState {
    const { inside, waiting } = this.#turns;
    return { running: inside, waiting, hashes: this.#hashes, turnedAway: this.#turnedAway };
  }

  /** Computes the hash of nothing that names without a secret are compared with; done once, before the doors open. */
  async prepare(): Promise<void> {
    await this.#decoyHash();
  }

  /** The PHC string of a new secret. @param key goes into the hash and is kept apart from it. */
  async hash(secret: string, caller?: AbortSignal, key?: Uint8Array): Promise<string | NotHashed> {
    return await this.#inTurn(() => hash(canonical(secret), this.#parameters(key)), caller);
  }

  /** Whether a secret is the one that was hashed. @param key the one it was hashed with. */
  async verify(hashed: string, secret: string, caller?: AbortSignal, key?: Uint8Array): Promise<boolean | NotHashed> {
    return await this.#inTurn(() => verify(hashed, canonical(secret), this.#parameters(key)), caller);
  }

  /** Spends what verifying costs and finds the secret wrong: for names without a secret. // ACCESS-SAME-WORDS */
  async verifyNothing(secret: string, caller?: AbortSignal): Promise<false | NotHashed> {
    const decoy = await this.#decoyHash();
    const outcome = await this.verify(decoy, secret, caller);
    return typeof outcome === 'boolean' ? false : outcome;
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= hash(crypto.randomUUID(), this.#parameters());
    return this.#decoy;
  }

  async #inTurn<Result>(work: () => Promise<Result>, caller?: AbortSignal): Promise<Result | NotHashed> {
    const entry = await this.#turns.enter(caller);
    if (entry === 'busy') this.#turnedAway++;
    if (entry !== 'entered') return { notHashed: entry };
    try {
      this.#hashes++;
      return await work();
    } finally {
      this.#turns.leave();
    }
  }

  #parameters(key?: Uint8Array) {
    const { memoryKib, passes } = this.#cost;
    return { memoryCost: memoryKib, timeCost: passes, parallelism: 1, ...(key !== undefined && { secret: key }) };
  }
}

/** One spelling of what keyboards may compose in several ways. */
function canonical(secret: string): string {
  return secret.normalize('NFC');
}
