import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { checkpointSigned } from '@recapito/contracts';
import { TailReader } from '@recapito/messaging';
import type { RawRecord, ServiceConnection } from '@recapito/messaging';
import type { OnServiceStart } from '@recapito/platform';
import { jsonOf } from '../application/json-of.ts';
import type { CheckpointFile } from '../checkpoint-file/checkpoint-file.ts';
import { newestOf } from '../domain/published-log.ts';
import type { PublishedCheckpoint } from '../domain/published-log.ts';
import type { CheckpointKey } from '../sealing/checkpoint-key.ts';

/** What is known of the newest published checkpoints. */
export interface PublishedView {
  /** The newest in the topic; null when the topic holds none of ours. */
  readonly inTopic: PublishedCheckpoint | null;
  /** The one in the file; null when there is no file, or it holds none of ours. */
  readonly inFile: PublishedCheckpoint | null;
}

/** The newest checkpoint of a partition may stand behind others that were appended to it. */
const lastRecords = 1_000;

/** Follows what was published: the last checkpoints of the topic, and the file outside the database. */
@Injectable()
export class PublishedCheckpoints implements OnServiceStart, OnModuleDestroy {
  readonly #logger = new Logger('published-checkpoints');
  readonly #reader: TailReader;
  #inTopic: PublishedCheckpoint | null = null;
  #foreignFile = false;

  constructor(
    connection: ServiceConnection,
    private readonly key: CheckpointKey,
    private readonly file: CheckpointFile,
  ) {
    const onRecord = (record: RawRecord): void => this.#onRecord(record);
    this.#reader = new TailReader({ ...connection, topic: checkpointSigned.topic, records: lastRecords, onRecord });
  }

  onServiceStart(): void {
    this.#reader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#reader.stop();
  }

  /**
   * What was published, as far as it is known now; null while the topic was not read yet.
   * @throws when the file is there and cannot be read: what it holds may be newer than all else.
   */
  async look(): Promise<PublishedView | null> {
    if (!this.#reader.ready) return null;
    const note = await this.file.read();
    const inFile = note === null ? null : this.key.readCheckpoint(note);
    if (note !== null && inFile === null && !this.#foreignFile)
      this.#logger.warn({
        file: this.file.path,
        event: 'checkpoint-file-foreign',
        message: 'the checkpoint file holds no checkpoint signed by our key',
      });
    this.#foreignFile = note !== null && inFile === null;
    return { inTopic: this.#inTopic, inFile };
  }

  /** The newest published checkpoints; null while they are not known. @throws when the file cannot be read. */
  async newest(): Promise<PublishedCheckpoint[] | null> {
    const view = await this.look();
    return view && [view.inTopic, view.inFile].filter((each) => each !== null);
  }

  /** Keeps a checkpoint in the file, unless a newer one stands there. */
  async save(note: string): Promise<void> {
    const kept = await this.file.read();
    const all = [kept, note].flatMap((each) => (each === null ? [] : (this.key.readCheckpoint(each) ?? [])));
    const newest = newestOf(all);
    if (newest !== null && newest.note !== kept) await this.file.write(newest.note);
  }

  #onRecord({ value }: RawRecord): void {
    const data = value && checkpointSigned.data.safeParse(jsonOf(value));
    // Whoever else writes to the topic cannot sign for this log, and so cannot stop it.
    const read = data?.success ? this.key.readCheckpoint(data.data.note) : null;
    if (read !== null) this.#inTopic = newestOf([read, ...(this.#inTopic === null ? [] : [this.#inTopic])]);
  }
}
