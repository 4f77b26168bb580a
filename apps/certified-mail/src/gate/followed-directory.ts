import { directoryCensus, directoryRecord } from '@recapito/contracts';
import { readCompacted, recordReader } from '@recapito/messaging';
import type { CompactedReader, ServiceConnection } from '@recapito/messaging';
import type { BoxTable } from './box-table.ts';
import { Directory } from './directory.ts';
import type { Census } from './directory.ts';
import type { KnownBoxes, MostBoxes } from './most-boxes.ts';

/** How long new boxes are gathered before their number is saved. */
const saveMs = 1_000;

/**
 * The directory, read from its topic and followed. It is whole when the last census agrees with what was read, and no
 * fewer boxes are known than ever before; only then is anything concluded from it.
 * @rule GATE-CENSUS
 */
export class FollowedDirectory {
  readonly #directory = new Directory();
  readonly #mostBoxes: MostBoxes;
  readonly #connection: ServiceConnection;
  readonly #whole = Promise.withResolvers<void>();
  #reader: CompactedReader | undefined;
  #saving: NodeJS.Timeout | undefined;

  constructor(connection: ServiceConnection, mostBoxes: MostBoxes) {
    this.#connection = connection;
    this.#mostBoxes = mostBoxes;
  }

  get boxes(): BoxTable {
    return this.#directory.boxes;
  }

  /** Starts to read. @returns the reader, which is ready at the end of the topic. */
  async read(): Promise<CompactedReader> {
    await this.#mostBoxes.read();
    this.#reader = readCompacted(directoryRecord, {
      ...this.#connection,
      onRecord: ({ key, epoch, sequence, data }, partition) => {
        this.#directory.take({ key, epoch, number: sequence, partition, data });
        this.#saveSoon();
      },
      also: [
        recordReader(directoryCensus, ({ epoch, sequence, data }, partition) =>
          this.#compare(() => this.#directory.takeCensus({ epoch, number: sequence, partition, data })),
        ),
      ],
      onShrunk: () => this.#directory.beginAgain(),
      onFresh: () => this.#noteWhole(),
    });
    return this.#reader;
  }

  /** Resolves when the directory is whole for the first time, or after so many milliseconds. */
  async whenWhole(withinMs: number): Promise<void> {
    const timer = setTimeout(() => this.#whole.resolve(), withinMs);
    await this.#whole.promise;
    clearTimeout(timer);
  }

  /** Reads as far as the topic goes now. @throws InfrastructureFailure when that takes longer. */
  async catchUp(withinMs: number): Promise<void> {
    await this.#reader?.caughtUp(withinMs);
  }

  /** Why nothing can be concluded from what was read; undefined when it is whole. */
  doubt(): string | undefined {
    const { census } = this.#directory;
    if (this.#reader?.ready() !== true) return 'the directory has not been read to its end';
    const { boxes, counted } = this.#mostBoxes.known;
    if (this.boxes.size < boxes || (census !== undefined && census.said.boxes < counted))
      return 'the directory holds fewer boxes than before';
    if (census === undefined) return 'mailbox has not said yet what the directory holds';
    return census.agrees ? undefined : 'the directory is not what mailbox says that it holds';
  }

  /** The version of a calendar by the last census; 0 when it says nothing of it. */
  calendarVersion(service: string): number {
    return this.#directory.census?.said.calendars[service] ?? 0;
  }

  /** What `/health/ready` shows. */
  shown() {
    const { census } = this.#directory;
    const doubt = this.doubt();
    return {
      boxes: this.boxes.size,
      holders: this.#directory.holders,
      bytes: this.boxes.bytes,
      ...(census && { epoch: census.epoch, census: census.number, boxesByCensus: census.said.boxes }),
      ...(doubt !== undefined && { boxesKnownBefore: this.#mostBoxes.known.boxes, reason: doubt }),
    };
  }

  /** How many boxes are known, counted by the last census, and were ever known. */
  figures() {
    const census = this.#directory.census?.said.boxes ?? 0;
    return { boxes: this.boxes.size, census, most: this.#mostBoxes.known.boxes };
  }

  async stop(): Promise<void> {
    await this.#reader?.stop();
    clearTimeout(this.#saving);
    await this.#mostBoxes.save({ boxes: this.boxes.size });
  }

  #compare(take: () => void): void {
    const before = this.#directory.census;
    take();
    const { census } = this.#directory;
    if (census === undefined || census === before || this.#reader?.ready() !== true) return;
    this.#log(census, before);
    this.#noteWhole();
  }

  #log({ epoch, number, said, agrees }: Census, before: Census | undefined): void {
    const { holders, boxes } = said;
    const counted = {
      event: agrees ? 'directory-complete' : 'directory-incomplete',
      epoch,
      census: number,
      holders,
      boxes,
      known: this.boxes.size,
    };
    if (!agrees)
      this.#connection.logger.error(
        counted,
        'the mailbox directory differs from the census of mailbox: the gate answers 451 and 503',
      );
    else if (before?.agrees !== true)
      this.#connection.logger.info(counted, 'the mailbox directory agrees with the census of mailbox');
  }

  #noteWhole(): void {
    if (this.doubt() !== undefined) return;
    this.#whole.resolve();
    this.#save({ counted: this.#directory.census?.said.boxes ?? 0 });
  }

  /** At the next pause: a start reads a million boxes, each in a moment. */
  #saveSoon(): void {
    if (this.#saving !== undefined || this.boxes.size <= this.#mostBoxes.known.boxes) return;
    this.#saving = setTimeout(() => {
      this.#saving = undefined;
      this.#save({ boxes: this.boxes.size });
    }, saveMs);
  }

  #save(known: Partial<KnownBoxes>): void {
    this.#mostBoxes.save(known).catch((error: unknown) => {
      this.#connection.logger.error(
        { event: 'known-boxes-not-saved', err: error },
        'the number of known boxes could not be saved',
      );
    });
  }
}
