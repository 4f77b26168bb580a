import { expect } from '@jest/globals';
import { bareKafka, deleteTopics, eventually, namespace } from '@recapito/testing';
import type { Admin } from 'kafkajs';
import type { DeadLetter, ServiceConnection, StoppedPartition } from '../src/index.ts';
import {
  ensureTopics,
  groupOf,
  listDeadLetters,
  listStoppedPartitions,
  outboxPending,
  physicalTopic,
  Relay,
} from '../src/index.ts';
import type { Reader } from './reader.ts';
import { resetMoods, startReader } from './reader.ts';
import type { SpecDatabase } from './scene.ts';
import { connectionFor, note, recordsOf, specDatabase, textsOf, topic } from './scene.ts';

/** A writer and a reader of a topic, each with its database, as the services migration and mailbox have them. */
export class PositionStage {
  readonly writer: SpecDatabase;
  readonly own: SpecDatabase;
  /** The connection of the reader. */
  readonly reading: ServiceConnection;
  readonly admin: Admin;
  readonly #writing: ServiceConnection;
  #relay: Relay;
  #reader: Reader;

  private constructor(parts: {
    readonly writing: ServiceConnection;
    readonly reading: ServiceConnection;
    readonly writer: SpecDatabase;
    readonly own: SpecDatabase;
    readonly admin: Admin;
    readonly reader: Reader;
  }) {
    this.#writing = parts.writing;
    this.reading = parts.reading;
    this.writer = parts.writer;
    this.own = parts.own;
    this.admin = parts.admin;
    this.#reader = parts.reader;
    this.#relay = this.#newRelay();
  }

  static async open(): Promise<PositionStage> {
    resetMoods();
    const prefix = namespace();
    const [writing, reading] = [connectionFor('migration', prefix), connectionFor('mailbox', prefix)];
    await ensureTopics(reading.brokers, prefix, [topic, 'mailbox.dead-letters.v1']);
    const [writer, own] = [await specDatabase('migration'), await specDatabase('mailbox')];
    const admin = bareKafka().admin();
    await admin.connect();
    const reader = await startReader(reading, own.transaction);
    return new PositionStage({ writing, reading, writer, own, admin, reader });
  }

  async close(): Promise<void> {
    await this.#reader.stop();
    await this.#relay.stop();
    await this.admin.disconnect();
    await this.writer.drop();
    await this.own.drop();
  }

  get relay(): Relay {
    return this.#relay;
  }

  get reader(): Reader {
    return this.#reader;
  }

  startRelay(): void {
    this.#relay = this.#newRelay();
  }

  async restartReader(): Promise<void> {
    this.#reader = await startReader(this.reading, this.own.transaction);
  }

  /** Publishes facts of a key, in order. */
  async tell(key: string, ...texts: string[]): Promise<void> {
    for (const text of texts) await note(this.writer.transaction, key, text);
    this.#relay.nudge();
  }

  /** Waits until exactly these facts of a key have taken effect, in order. */
  async took(key: string, ...texts: string[]): Promise<void> {
    await eventually(async () => {
      expect(await textsOf(this.own.pool, key)).toEqual(texts);
    });
  }

  /** Waits until the reader has read all that there is. */
  async quiet(): Promise<void> {
    await eventually(async () => (await this.#reader.strategy.lag()) === 0);
  }

  /** Waits until the writer's outbox is empty. */
  async published(): Promise<void> {
    await eventually(async () => (await this.writer.transaction(outboxPending)) === 0);
  }

  async letters(): Promise<DeadLetter[]> {
    return await this.own.transaction((tx) => listDeadLetters(tx, { limit: 100 }));
  }

  async stopped(): Promise<StoppedPartition[]> {
    return await this.own.transaction(listStoppedPartitions);
  }

  /** Waits until the reader has stopped at one partition, for this cause alone. */
  async untilStopped(cause: string): Promise<StoppedPartition | undefined> {
    return await eventually(async () => {
      const found = await this.stopped();
      expect(found.map((each) => each.cause)).toEqual([cause]);
      return found[0];
    });
  }

  /** The name that the topic has at the broker. */
  physical(): string {
    return physicalTopic(this.reading.namespace, topic);
  }

  async partitionOf(key: string): Promise<number> {
    return (await recordsOf(this.reading)).find((record) => String(record.key) === key)?.partition ?? -1;
  }

  /** Deletes the reader's group at the broker, with its offsets. */
  async forgetOffsets(): Promise<void> {
    await this.admin.deleteGroups([groupOf(this.reading.namespace, 'mailbox')]);
  }

  /** Makes the topic anew, without its records, and the writer's relay ready to publish again. */
  async wipe(): Promise<void> {
    await this.#relay.stop();
    await deleteTopics(this.reading, [topic]);
    await ensureTopics(this.reading.brokers, this.reading.namespace, [topic]);
    await this.writer.pool.query('DELETE FROM relay_tail');
  }

  #newRelay(): Relay {
    const relay = new Relay({ ...this.#writing, databaseUrl: this.writer.url });
    relay.start();
    return relay;
  }
}
