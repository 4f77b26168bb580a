import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { classify, currentEpoch } from '@recapito/messaging';
import { BackgroundLoop } from '@recapito/background';
import { Database, Presence } from '@recapito/database';
import { ClosedDoors, DueWork, SuiteClock } from '@recapito/platform';
import type { OnServiceStart } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { deferPlacement, earliestUndone, releaseWork, leaseDuePlacements } from '../persistence/arrival.store.ts';
import { deferEmission, leaseDueEmissions } from '../persistence/emission.store.ts';
import type { DueEmission } from '../persistence/emission.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { Tx } from '../persistence/tx.ts';
import { ordinaryDomain } from '../domain/ordinary-mail.ts';
import { faultsBeforeConcise } from '../domain/overdue.ts';
import { ClockGuard } from '../time/clock-guard.ts';
import { Spool } from '../files/spool.ts';
import { claimSpool } from '../application/claim-spool.ts';
import { CarryEmission } from '../application/delivery/carry-emission.ts';
import { CleanSpool } from './clean-spool.ts';
import { PlaceArrival } from '../application/delivery/place-arrival.ts';

/** How many of each kind are leased at a time. */
const inHand = 8;
/** The lease of a row, longer than the mail store is waited for. */
const leaseMs = 15_000;
const everyMs = 1_000;
const longestPauseMs = 30_000;
/** Hosts of ordinary domains are no partners of ours: RFC 5321 section 4.5.4.1 asks for half an hour between tries. */
const longestOrdinaryPauseMs = 30 * 60_000;

interface Row {
  readonly id: bigint;
  readonly tries: number;
  readonly towards?: string | null;
}

/**
 * The motor: emissions are made and carried, arrivals put into their boxes, the spool cleaned, as the rows say. A commit
 * wakes it; once a second it polls for due rows. One row that fails is retried later; the others go on.
 */
@Injectable()
export class MailWork implements OnServiceStart, OnModuleDestroy {
  readonly #logger = new Logger('mail');
  readonly #loop: BackgroundLoop;
  readonly #counters = { 'mail.carried': 0, 'mail.placed': 0 };

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly emissions: CarryEmission,
    private readonly placements: PlaceArrival,
    private readonly cleaning: CleanSpool,
    private readonly spool: Spool,
    private readonly dueWork: DueWork,
    private readonly presence: Presence,
    private readonly clockGuard: ClockGuard,
    doors: ClosedDoors,
  ) {
    this.#loop = new BackgroundLoop((signal) => this.dueWork.during(() => this.#work(signal)), {
      name: 'mail',
      everyMs,
      doors,
    });
  }

  async onServiceStart(): Promise<void> {
    await this.spool.prepare();
    await this.spool.enter(await currentEpoch(this.database.client));
    await this.database.transaction((tx) => claimSpool(tx, this.spool));
    // Leases are released only when no other process is alive: two concurrent LMTP deliveries of one message would both be
    // stored, because Sieve's `duplicate` does not serialise them.
    await this.presence.enter(() => releaseWork(this.database.client));
    this.dueWork.register(() => earliestUndone(this.database.client));
    this.dueWork.count(() => ({ ...this.#counters }));
    this.database.afterCommit(this.#loop.wake);
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
    await this.presence.leave();
  }

  async #work(signal: AbortSignal): Promise<void> {
    // What is carried or placed is signed and dated: it rests. @rule CLOCK-ONE-SECOND
    if (!this.clockGuard.mayCertify) return;
    let done = 0;
    do {
      const [carried, placed] = await Promise.all([this.#carryDue(), this.#placeDue()]);
      this.#counters['mail.carried'] += carried;
      this.#counters['mail.placed'] += placed;
      done = carried + placed;
    } while (done > 0 && !signal.aborted && this.clockGuard.mayCertify);
    if (!signal.aborted) await this.cleaning.clean();
  }

  async #carryDue(): Promise<number> {
    const due = await leaseDueEmissions(this.database.client, inHand, leaseMs);
    return await this.#each(due, (emission) => this.#carry(emission), deferEmission);
  }

  async #placeDue(): Promise<number> {
    const due = await leaseDuePlacements(this.database.client, inHand, leaseMs);
    return await this.#each(due, (placement) => this.placements.place(placement), deferPlacement);
  }

  async #carry(emission: DueEmission): Promise<void> {
    try {
      await this.emissions.carry(emission);
    } catch (error) {
      if (classify(error) !== 'infrastructure' && emission.tries >= faultsBeforeConcise)
        await this.emissions.leaveOriginalOut(emission);
      throw error;
    }
  }

  /** @returns how many came to their end; the others rest, the longer the oftener they failed. */
  async #each<Due extends Row>(
    due: readonly Due[],
    work: (row: Due) => Promise<void>,
    defer: (tx: Tx, id: bigint, pauseMs: number, at: Instant) => Promise<void>,
  ): Promise<number> {
    const ended = await Promise.all(
      due.map(async (row) => {
        const triedAt = this.clock.now();
        try {
          await work(row);
          return true;
        } catch (error) {
          const passing = classify(error) === 'infrastructure';
          const said = {
            err: error,
            tries: row.tries,
            event: 'delivery-retry-scheduled',
            message: 'carrying an emission or placing an arrival failed; retry scheduled',
          };
          if (passing) this.#logger.warn(said);
          else this.#logger.error(said);
          await defer(this.database.client, row.id, pauseAfter(row), triedAt);
          return false;
        }
      }),
    );
    return ended.filter(Boolean).length;
  }
}

function pauseAfter({ tries, towards = null }: Row): number {
  const longest = ordinaryDomain(towards) === null ? longestPauseMs : longestOrdinaryPauseMs;
  return Math.min(longest, 250 * 2 ** Math.min(tries, 13));
}
