import { citizenSessionSeconds } from '@recapito/platform';
import { z } from 'zod';

/** Clocks of two machines may differ by so much, in milliseconds. */
const skewMs = 5 * 60_000;

/** How long an end is remembered: no session that it ended can be shown after that. In milliseconds. */
export const rememberedMs = citizenSessionSeconds * 1_000 + skewMs;

/** A fact by which sessions end, or from which it follows. Instants are system milliseconds. */
export interface SessionEnd {
  /** Whose sessions it ends; undefined for a fact about something else. */
  readonly holder: string | undefined;
  /** The session of the holder that goes on. */
  readonly kept?: string | undefined;
  readonly appendedMs: number;
  readonly epoch: number;
}

const content = z.object({
  epoch: z.int().min(0),
  everybodyMs: z.int().min(0),
  holders: z.array(z.tuple([z.uuid(), z.int()]).or(z.tuple([z.uuid(), z.int(), z.uuid()]))),
});

/** The last end of a holder's sessions. */
interface LastEnd {
  readonly ms: number;
  readonly kept: string | undefined;
}

/**
 * Until when the sessions of holders were ended, in whatever order it is learned, for as long as such a session could still
 * be shown. When identity goes on with a database that was put back it counts in a new epoch; it does not know any more
 * which sessions it had ended, so that those of everybody are over.
 * @rule CITIZEN-SESSION-ENDED
 */
export class EndedSessions {
  readonly #holders = new Map<string, LastEnd>();
  #epoch = 0;
  #everybodyMs = 0;

  /** @returns whether more is known than before. */
  take({ holder, kept, appendedMs: ms, epoch }: SessionEnd): boolean {
    const isNew = this.#takeEpoch(epoch, ms);
    if (holder === undefined) return isNew;
    const before = this.#holders.get(holder) ?? { ms: 0, kept: undefined };
    // Of two ends of one instant the one that keeps nothing counts.
    if (ms < before.ms || (ms === before.ms && (before.kept === undefined || kept !== undefined))) return isNew;
    this.#holders.set(holder, { ms, kept });
    return true;
  }

  /** The last instant at which a holder's sessions, this one among them, were ended; undefined when none is remembered. */
  endedMs(holder: string, session: string): number | undefined {
    const end = this.#holders.get(holder);
    const ended = Math.max(this.#everybodyMs, end === undefined || end.kept === session ? 0 : end.ms);
    return ended === 0 ? undefined : ended;
  }

  /** Forgets what ended no session that could still be shown. */
  forget(nowMs: number): void {
    for (const [holder, { ms }] of this.#holders) if (ms < nowMs - rememberedMs) this.#holders.delete(holder);
  }

  get size(): number {
    return this.#holders.size;
  }

  /** All of it, as text for a file. */
  written(): string {
    const holders = [...this.#holders].map(([holder, { ms, kept }]) => [
      holder,
      ms,
      ...(kept === undefined ? [] : [kept]),
    ]);
    return `${JSON.stringify({ epoch: this.#epoch, everybodyMs: this.#everybodyMs, holders })}\n`;
  }

  /** Adds what was written. @throws Error when it is not what was written */
  read(text: string): void {
    const { epoch, everybodyMs, holders } = content.parse(JSON.parse(text));
    this.#takeEpoch(epoch, everybodyMs);
    for (const [holder, appendedMs, kept] of holders) this.take({ holder, kept, appendedMs, epoch: 0 });
  }

  /** The first fact of an epoch says best when it began; its number may lie a little ahead of the clock. */
  #takeEpoch(epoch: number, appendedMs: number): boolean {
    const began = Math.min(epoch, appendedMs);
    if (epoch < this.#epoch || (epoch === this.#epoch && began >= this.#everybodyMs)) return false;
    this.#epoch = epoch;
    this.#everybodyMs = began;
    return true;
  }
}
