import { Logger } from '@nestjs/common';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { Unavailable } from '@recapito/platform';
import type { Finding } from '@recapito/platform';
import type { KeptCopies, KeptCopy } from './kept-copies.ts';
import type { ListRefusal } from './list-refusal.ts';
import { bytesFrom } from './list-source.ts';
import type { ListSource } from './list-source.ts';

/** How a list is followed. */
export interface Following<List> {
  /** Names its copies, its check of health and its figures. */
  readonly name: string;
  readonly source: ListSource;
  readonly kept: KeptCopies;
  /** The list in these bytes, or why it does not take the place of the one before; that is undefined at the start. */
  readonly read: (bytes: Buffer, order: Reading<List>) => List | ListRefusal | Promise<List | ListRefusal>;
  /** From this age on the list is stale: served all the same, and told. */
  readonly staleAfterMs: number;
}

export interface Reading<List> {
  readonly before: List | undefined;
  readonly acceptLoss: boolean;
  /** System time. */
  readonly at: Instant;
  /** When the bytes were read at the source, system time: earlier than `at` for a kept copy. */
  readonly readAt: Instant;
  /** When the list before them was read there; null when there is none. */
  readonly beforeReadAt: Instant | null;
}

/** Why the last look at the source led to nothing. */
export interface FailedLook {
  readonly at: Instant;
  readonly refusal: ListRefusal;
}

/** What is known of a list beside its content; all instants are system time. */
export interface ListState {
  /** When its source was last seen to say what is in force. */
  readonly readAt: Instant;
  readonly from: 'source' | 'kept copy';
  readonly lookedAt: Instant;
  /** Null when the last look went well. */
  readonly failure: FailedLook | null;
}

/**
 * A list that somebody else keeps, looked at anew now and then. It is taken over whole or not at all; while its source is
 * away or says what cannot be believed, the one before stays in force, and this can be seen: served stale rather than
 * lost.
 * @rule LIST-STALE
 */
export class FollowedList<List> {
  readonly name: string;
  readonly source: string;
  readonly #following: Following<List>;
  #current: List;
  #state: ListState;
  #turn: Promise<unknown> = Promise.resolve();
  /** The copy of another process that was last looked at. */
  #adoptedAt: Instant;

  private constructor(following: Following<List>, current: List, state: ListState) {
    this.name = following.name;
    this.source = following.source.from;
    this.#following = following;
    this.#current = current;
    this.#state = state;
    this.#adoptedAt = state.readAt;
  }

  /**
   * The list as its source has it, or as it was kept.
   * @throws Error when there is neither: nothing can be said of anybody then.
   */
  static async begin<List>(following: Following<List>, at: Instant): Promise<FollowedList<List>> {
    const kept = await readKept(following, at);
    if (kept) {
      const state = { readAt: kept.readAt, from: 'kept copy', lookedAt: kept.readAt, failure: null } as const;
      const list = new FollowedList(following, kept.list, state);
      await list.look(at);
      return list;
    }
    const looked = await look(following, { before: undefined, acceptLoss: false, at, readAt: at, beforeReadAt: null });
    if (isRefusal(looked)) throw new Error(sayingWhy(following, looked));
    return new FollowedList(following, looked.list, { readAt: at, from: 'source', lookedAt: at, failure: null });
  }

  get current(): List {
    return this.#current;
  }

  get state(): ListState {
    return this.#state;
  }

  /**
   * Looks at the source, one look at a time. @returns null when the list in force is what stands there, or why it is not:
   * a refusal of the reader, `list/away`, or `list/unusable`.
   */
  async look(at: Instant, acceptLoss = false): Promise<ListRefusal | null> {
    return await this.#inTurn(() => this.#look(at, acceptLoss));
  }

  /**
   * Takes over what another process of this installation has seen at the source since, and has kept: a revocation that an
   * operator had one process look at is in force in all of them.
   * @returns whether there was such a copy and it is in force now.
   * @rule LIST-SHARED
   */
  async adopt(at: Instant): Promise<boolean> {
    return await this.#inTurn(() => this.#adopt(at));
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }

  async #adopt(at: Instant): Promise<boolean> {
    const { name, kept, read } = this.#following;
    const keptAt = await kept.newestAt(name);
    if (keptAt === null || keptAt <= this.#state.readAt || keptAt <= this.#adoptedAt) return false;
    this.#adoptedAt = keptAt;
    const copy = await kept.newest(name);
    if (copy === null) return false;
    // Losses were accepted in the other process.
    const order = {
      before: this.#current,
      acceptLoss: true,
      at,
      readAt: copy.readAt,
      beforeReadAt: this.#state.readAt,
    };
    const list = await read(copy.bytes, order);
    if (isRefusal(list)) return false;
    this.#current = list;
    this.#state = { readAt: copy.readAt, from: 'source', lookedAt: copy.readAt, failure: null };
    return true;
  }

  async #look(at: Instant, acceptLoss: boolean): Promise<ListRefusal | null> {
    const order = { before: this.#current, acceptLoss, at, readAt: at, beforeReadAt: this.#state.readAt };
    const looked = await look(this.#following, order);
    if (isRefusal(looked)) {
      this.#state = { ...this.#state, lookedAt: at, failure: { at, refusal: looked } };
      return looked;
    }
    this.#current = looked.list;
    this.#state = { readAt: at, from: 'source', lookedAt: at, failure: null };
    return null;
  }

  ageMs(now: Instant): number {
    return now - this.#state.readAt;
  }

  isStale(now: Instant): boolean {
    return this.ageMs(now) >= this.#following.staleAfterMs;
  }

  /** For the check of health: degraded as soon as the list is stale; why, is said from the first failure on. */
  check(now: Instant): Finding {
    const { failure, from } = this.#state;
    return {
      state: this.isStale(now) ? 'degraded' : 'ok',
      ageMs: Math.max(0, this.ageMs(now)),
      from,
      ...(failure && { reason: failure.refusal.refused }),
    };
  }
}

/** A list of any content, to refresh and to report on. */
export type AnyList = Pick<FollowedList<unknown>, keyof FollowedList<unknown>>;

const logger = new Logger('lists');

/** What the source has to say. */
async function look<List>(following: Following<List>, order: Reading<List>): Promise<{ list: List } | ListRefusal> {
  try {
    const bytes = await bytesFrom(following.source);
    const list = await following.read(bytes, order);
    if (isRefusal(list)) return list;
    await saveCopy(following, { bytes, readAt: order.at });
    return { list };
  } catch (error) {
    return error instanceof Unavailable ? away(error) : unusable(error);
  }
}

/** A disk without room takes the copy from the next start, not the list from this one. */
async function saveCopy({ name, kept }: Pick<Following<unknown>, 'name' | 'kept'>, copy: KeptCopy): Promise<void> {
  try {
    await kept.save(name, copy);
  } catch (error) {
    logger.error({
      err: error,
      list: name,
      event: 'list-copy-not-saved',
      message: 'the local copy of a list could not be written',
    });
  }
}

/** A copy that cannot be believed any more, since its keeper's certificate is revoked for one, is as good as none. */
async function readKept<List>(following: Following<List>, at: Instant) {
  const copy = await following.kept.newest(following.name);
  if (copy === null) return null;
  const order = { before: undefined, acceptLoss: false, at, readAt: copy.readAt, beforeReadAt: null };
  const list = await following.read(copy.bytes, order);
  return isRefusal(list) ? null : { list, readAt: copy.readAt };
}

function sayingWhy({ name, source }: Pick<Following<unknown>, 'name' | 'source'>, { words, details }: Refusal): string {
  const cause = details?.['cause'];
  return `${name}, ${source.from}: ${words.en}${cause === undefined ? '' : ` ${String(cause)}`}`;
}

function away({ message }: Unavailable): Refusal<'list/away'> {
  const words = { it: 'La fonte dell’elenco non risponde.', en: 'The source of the list does not answer.' };
  return refuse('list/away', 'LIST-STALE', words, { cause: message });
}

/** A key file that others may read, for one: what lies beside the list is not as it must be. */
function unusable(error: unknown): Refusal<'list/unusable'> {
  const words = { it: 'L’elenco non può essere messo in vigore.', en: 'The list cannot be put in force.' };
  const cause = error instanceof Error ? error.message : String(error);
  return refuse('list/unusable', 'LIST-STALE', words, { cause });
}
