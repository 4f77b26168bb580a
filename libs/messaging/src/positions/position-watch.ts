import { BackgroundLoop } from '@recapito/background';
import type { MessagingLogger } from '../logger.ts';
import { words } from '../logger.ts';
import type { PositionReader } from './position-reader.ts';
import { nextOffsets } from './position-rows.ts';
import type { RunTransaction, SqlTransaction } from '../sql.ts';

/** How often the positions are compared, in milliseconds. */
const watchMs = 10_000;

type WatchedReader<Tx extends SqlTransaction> = Pick<PositionReader<Tx>, 'saved' | 'positionAgain'>;

/**
 * Looks whether the positions in the database are behind those that this process has read: the database went back while
 * the service worked, and what was read since has no effect in it. Where no further record comes nothing else would show
 * it.
 * @rule POSITION-WENT-BACK
 */
export class PositionWatch<Tx extends SqlTransaction> {
  readonly #service: string;
  readonly #transaction: RunTransaction<Tx>;
  readonly #logger: MessagingLogger;
  readonly #reader: () => WatchedReader<Tx> | undefined;
  readonly #loop: BackgroundLoop;

  /** @param reader what is to be compared now. */
  constructor(
    options: {
      readonly service: string;
      readonly transaction: RunTransaction<Tx>;
      readonly logger: MessagingLogger;
    },
    reader: () => WatchedReader<Tx> | undefined,
  ) {
    this.#service = options.service;
    this.#transaction = options.transaction;
    this.#logger = options.logger;
    this.#reader = reader;
    this.#loop = new BackgroundLoop(() => this.#look(), {
      name: 'positions',
      everyMs: watchMs,
      firstAfterMs: watchMs,
      onFailure: (error) => options.logger.warn({ error: words(error) }, 'the positions could not be compared'),
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /** What this process knows is read before the rows: a move that commits between the two makes the rows the higher ones. */
  async #look(): Promise<void> {
    const reader = this.#reader();
    const saved = [...(reader?.saved() ?? [])];
    const rows = await this.#transaction((tx) => nextOffsets(tx, this.#service));
    const behind = saved.filter(([place, next]) => (rows.get(place) ?? -1n) < next).map(([place]) => place);
    if (behind.length === 0) return;
    this.#logger.error({ partitions: behind }, 'the database went back: its positions are behind what was read');
    reader?.positionAgain();
  }
}
