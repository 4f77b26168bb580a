import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import type { Database } from '@recapito/database';
import type { DueWork, Finding, Health, JobWakes, Metrics, OnServiceStart, SuiteClock } from '@recapito/platform';
import type { BrokenLog } from '../application/compare-published.ts';
import { signCheckpoint } from '../application/sign-checkpoint.ts';
import type { SigningState } from '../application/signing-state.ts';
import type { PublishedCheckpoints, PublishedView } from '../kafka/published-checkpoints.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { lastHead, lockTree, unsigned } from '../persistence/tree.store.ts';
import type { CheckpointKey } from '../sealing/checkpoint-key.ts';

/** What the signing stands on. */
export interface SigningParts {
  readonly database: Database<PrismaClient>;
  readonly clock: SuiteClock;
  readonly dueWork: DueWork;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly key: CheckpointKey;
  readonly publishedCheckpoints: PublishedCheckpoints;
  readonly state: SigningState;
  readonly wakes: JobWakes;
}

/** Looks for entries of other processes; those of this process wake it. An entry waits less than a second. */
const everyMs = 800;
/** Entries that come within this time share a checkpoint. */
const gatherMs = 60;

/** Entries that have waited longer mean that the tree does not grow. */
const lateMs = 5_000;

/** A tree with another root does not change by itself; the comparison may read many leaves. */
const otherRootPauseMs = 30_000;

/**
 * Lets the tree follow the entries: within a second of its commit every entry stands under a signed checkpoint. Nothing is
 * signed before the tree was compared with the newest published checkpoints, nor while it does not continue them.
 */
@Injectable()
export class SignCheckpoints implements OnServiceStart, OnModuleDestroy {
  readonly #loop: BackgroundLoop;
  readonly #logger = new Logger('sign-checkpoints');
  #gathering: NodeJS.Timeout | undefined;
  #compared: PublishedView | null = null;
  #compareAgainAt = 0;
  #isSavedInFile = true;

  constructor(private readonly parts: SigningParts) {
    const { database, clock, dueWork, health, metrics, wakes } = parts;
    this.#loop = new BackgroundLoop((signal) => this.run(signal), { name: 'sign-checkpoints', everyMs });
    wakes.register('sign-checkpoints', () => this.signSoon());
    dueWork.register(async () => ((await unsigned(database.client)).entries > 0 ? clock.now() : null));
    health.register('tree', async () => {
      const { entries, ageMs } = await unsigned(database.client);
      return { state: ageMs > lateMs ? 'degraded' : 'ok', ageMs, unsigned: entries };
    });
    health.register('checkpoints', () => this.#check());
    metrics.gauge(
      'recapito_trace_signing_stopped',
      'Whether nothing is signed because the tree does not continue what was published',
      [],
      (gauge) => gauge.set(this.parts.state.broken === null ? 0 : 1),
    );
    metrics.gauge('recapito_trace_unsigned_entries', 'Entries that no checkpoint covers yet', [], async (gauge) =>
      gauge.set((await unsigned(database.client)).entries),
    );
    metrics.gauge(
      'recapito_trace_unsigned_seconds',
      'Age of the oldest entry without a checkpoint',
      [],
      async (gauge) => gauge.set((await unsigned(database.client)).ageMs / 1000),
    );
  }

  onServiceStart(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.#gathering);
    await this.#loop.stop();
  }

  /** Signs soon: coalesces with entries that are appended in the next moment. */
  signSoon(): void {
    this.#compareAgainAt = 0;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#loop.wake();
    }, gatherMs);
  }

  /** Compares the tree with what was published, and signs until every entry that is there is covered. */
  async run(signal?: AbortSignal): Promise<void> {
    const { database, dueWork, publishedCheckpoints } = this.parts;
    const first = this.#compared === null;
    const idle = !first && this.parts.state.broken === null && (await unsigned(database.client)).entries === 0;
    if (idle || performance.now() < this.#compareAgainAt) return;
    const view = await publishedCheckpoints.look();
    if (view === null) return;
    await dueWork.during(async () => {
      while ((await this.#sign(view)) && (await unsigned(database.client)).entries > 0) if (signal?.aborted) return;
      if (this.parts.state.broken === null) await this.#saveInFile();
    });
    this.#compared = view;
    if (first) await this.#reportComparison(view);
  }

  /** @returns whether a checkpoint was signed, so that there may be more to sign. */
  async #sign({ inTopic, inFile }: PublishedView): Promise<boolean> {
    const { database, clock, key } = this.parts;
    const isSame = inTopic?.note === inFile?.note;
    const published = [inTopic, isSame ? null : inFile].filter((each) => each !== null);
    const at = clock.now();
    const outcome = await database.transaction((tx) => signCheckpoint(tx, { key, at, published }));
    if (outcome === null || !('broken' in outcome)) {
      this.parts.state.broken = null;
      return outcome !== null;
    }
    if (this.parts.state.broken?.broken !== outcome.broken)
      this.#logger.error({ event: 'log-broken', ...wordsOf(outcome) });
    this.parts.state.broken = outcome;
    this.#compareAgainAt = outcome.broken === 'other-root' ? performance.now() + otherRootPauseMs : 0;
    return false;
  }

  /** Under the lock of the tree, so that of two processes none puts an older checkpoint over a newer one. */
  async #saveInFile(): Promise<void> {
    const { database, publishedCheckpoints } = this.parts;
    try {
      await database.transaction(async (tx) => {
        await lockTree(tx);
        const head = await lastHead(tx);
        if (head !== null) await publishedCheckpoints.save(head.note);
      });
      this.#isSavedInFile = true;
    } catch (error) {
      if (this.#isSavedInFile)
        this.#logger.error({
          err: error,
          event: 'checkpoint-file-not-written',
          message: 'the checkpoint file could not be written',
        });
      this.#isSavedInFile = false;
    }
  }

  /** Says, once for each start, with what the tree could be compared. */
  async #reportComparison(view: PublishedView): Promise<void> {
    const comparedWith = placesOf(view);
    if (comparedWith === 'topic and file') return;
    const signed = await lastHead(this.parts.database.client);
    const message = `the tree was compared with published checkpoints in: ${comparedWith}`;
    if (signed === null && comparedWith === 'nothing')
      this.#logger.log({ event: 'log-compared', message, reason: 'nothing was signed yet' });
    else this.#logger.warn({ event: 'log-compared-in-part', message, signed: signed?.size ?? 0 });
  }

  #check(): Finding {
    const view = this.#compared;
    if (this.parts.state.broken !== null) return { state: 'degraded', ...wordsOf(this.parts.state.broken) };
    if (view === null)
      return { state: 'degraded', cause: 'the published checkpoints are not known yet: nothing is signed' };
    const comparedWith = placesOf(view);
    if (!this.#isSavedInFile)
      return { state: 'degraded', comparedWith, cause: 'the newest checkpoint cannot be kept in its file' };
    return { state: 'ok', comparedWith };
  }
}

function placesOf({ inTopic, inFile }: PublishedView): string {
  if (inTopic === null) return inFile === null ? 'nothing' : 'file';
  return inFile === null ? 'topic' : 'topic and file';
}

function wordsOf({ broken, origin, published, entries }: BrokenLog): {
  readonly cause: string;
  readonly message: string;
} {
  const { origin: of, size } = published.head;
  const cause = {
    'tree-smaller': `the log ${of} was published with ${size} entries, and this tree has ${entries}`,
    'other-root': `the log ${of} was published with ${size} entries, and this tree has another root at that size`,
    'new-epoch': `the database was put back: the log ${of} may have been published with more than ${size} entries since the backup`,
    'newer-log': `the log ${of} was published, and this database knows only ${origin}`,
  }[broken];
  return { cause, message: `${cause}: nothing is signed until an operator declares a new log` };
}
