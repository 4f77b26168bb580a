import { hash, verify } from '@node-rs/argon2';
import { Turnstile } from './turnstile.ts';
import type { Visitor } from './turnstile.ts';

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
  /** Called for each hash that is begun, and for each that was turned away: for the figures of the service. */
  readonly counted?: (what: 'computed' | 'turned-away') => void;
}

/** `busy`: no turn came in time, or no place to wait for one. `gone`: nobody waits for the answer any more. */
export interface NotHashed {
  readonly notHashed: 'busy' | 'gone';
}

/** For whom a hash is computed. */
export interface HashTurn {
  readonly visitor: Visitor;
  /** Aborted when nobody waits for the hash any more. */
  readonly gone?: AbortSignal | undefined;
}

/** A turn for somebody who is signed in: a known source of its own, so that holders share the pool equally. */
export function inSession(holder: string, gone?: AbortSignal): HashTurn {
  return { visitor: { source: holder, known: true }, gone };
}

/** Whether there was no turn, as against what was asked for. */
export function isNotHashed(outcome: unknown): outcome is NotHashed {
  return typeof outcome === 'object' && outcome !== null && 'notHashed' in outcome;
}

/** For each hash that is computed so many attempts may be under way: being found, debited, hashed or settled. */
const attemptsPerCall = 4;

export interface HashPoolState {
  readonly running: number;
  readonly waiting: number;
  /** Since the start. */
  readonly hashes: number;
  readonly turnedAway: number;
}

/**
 * argon2id with a bound on memory and on waiting: `calls` hashes at a time, `places` that wait up to `patienceMs`, and
 * nothing begun for a caller who has gone. Turns and places are shared by source.
 * @rule HASHING-BOUNDED
 */
export class HashPool {
  readonly #cost: HashCost;
  readonly #turns: Turnstile;
  readonly #attempts: Turnstile;
  readonly #counted: NonNullable<HashPoolOptions['counted']>;
  #hashes = 0;
  #turnedAway = 0;
  #decoy: Promise<string> | undefined;

  constructor({ cost, calls = 4, patienceMs = 2_000, places = 256, counted = () => undefined }: HashPoolOptions) {
    this.#cost = cost;
    this.#counted = counted;
    this.#turns = new Turnstile({ inside: calls, patienceMs, places });
    this.#attempts = new Turnstile({ inside: calls * attemptsPerCall, patienceMs, places });
  }

  get state(): HashPoolState {
    const waiting = this.#turns.waiting + this.#attempts.waiting;
    return { running: this.#turns.inside, waiting, hashes: this.#hashes, turnedAway: this.#turnedAway };
  }

  /** Computes the hash of nothing that names without a secret are compared with; done once, before the doors open. */
  async prepare(): Promise<void> {
    await this.#decoyHash();
  }

  /**
   * Lets in an attempt that reads and writes the database round its hash: a few more than there are calls, so that none
   * of these stands idle; the others wait here and not for a connection.
   */
  async attempt<Result>(work: () => Promise<Result>, turn: HashTurn): Promise<Result | NotHashed> {
    return await this.#inside(this.#attempts, work, turn);
  }

  /** The PHC string of a new secret. @param key goes into the hash and is kept apart from it. */
  async hash(secret: string, turn: HashTurn, key?: Uint8Array): Promise<string | NotHashed> {
    return await this.#inTurn(() => hash(canonical(secret), this.#parameters(key)), turn);
  }

  /** Whether a secret is the one that was hashed. @param key the one it was hashed with. */
  async verify(hashed: string, secret: string, turn: HashTurn, key?: Uint8Array): Promise<boolean | NotHashed> {
    return await this.#inTurn(() => verify(hashed, canonical(secret), this.#parameters(key)), turn);
  }

  /**
   * Spends what verifying costs and finds the secret wrong: for names without a secret.
   * @rule ACCESS-SAME-WORDS
   */
  async verifyNothing(secret: string, turn: HashTurn): Promise<false | NotHashed> {
    const decoy = await this.#decoyHash();
    const outcome = await this.verify(decoy, secret, turn);
    return typeof outcome === 'boolean' ? false : outcome;
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= hash(crypto.randomUUID(), this.#parameters());
    return this.#decoy;
  }

  async #inTurn<Result>(work: () => Promise<Result>, turn: HashTurn): Promise<Result | NotHashed> {
    const counted = async () => {
      this.#count('computed');
      return await work();
    };
    return await this.#inside(this.#turns, counted, turn);
  }

  async #inside<Result>(
    turns: Turnstile,
    work: () => Promise<Result>,
    { visitor, gone }: HashTurn,
  ): Promise<Result | NotHashed> {
    const entry = await turns.enter(visitor, gone);
    if (entry === 'busy') this.#count('turned-away');
    if (entry !== 'entered') return { notHashed: entry };
    try {
      return await work();
    } finally {
      turns.leave(visitor);
    }
  }

  #count(what: 'computed' | 'turned-away'): void {
    if (what === 'computed') this.#hashes++;
    else this.#turnedAway++;
    this.#counted(what);
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
