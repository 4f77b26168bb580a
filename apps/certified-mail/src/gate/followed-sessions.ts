import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { sessionsEnded, sessionsVoided } from '@recapito/contracts';
import { appendedAt, decodeEnvelope, decodeFact, TailReader } from '@recapito/messaging';
import type { RawRecord, ServiceConnection } from '@recapito/messaging';
import { putFile, Unavailable } from '@recapito/platform';
import type { Finding, OnServiceStart } from '@recapito/platform';
import { EndedSessions, rememberedMs } from './ended-sessions.ts';

/** The facts of identity by which the sessions of a holder end. */
const endings = [sessionsEnded, sessionsVoided] as const;

/** A reader that the broker has not answered for so long may have missed an end, in milliseconds. */
const staleMs = 30_000;

/** How long a start waits until the last facts are read; after it holders are asked to come again meanwhile. */
const firstLookMs = 10_000;

const lookEveryMs = 50;

/** How often ends are forgotten that ended no session that is still good. */
const forgetEveryMs = 60_000;

/**
 * The ended sessions of holders, followed on identity's topic: what was published for as long as a session lasts is read at
 * a start, then what comes. They are kept in a file of the service's folder, too, so that a topic that was lost and made
 * again opens no session that was ended.
 * @rule CITIZEN-SESSION-ENDED
 */
@Injectable()
export class FollowedSessions implements OnServiceStart, OnModuleDestroy {
  readonly #ended = new EndedSessions();
  readonly #connection: ServiceConnection;
  readonly #path: string;
  readonly #reader: TailReader;
  #saving: Promise<void> = Promise.resolve();
  #unsaved = false;
  readonly #forgetting = new BackgroundLoop(() => this.#ended.forget(Date.now()), {
    name: 'ended-sessions',
    everyMs: forgetEveryMs,
  });

  /** @param path of the file, in a folder that exists. */
  constructor(connection: ServiceConnection, path: string) {
    this.#connection = connection;
    this.#path = path;
    this.#reader = new TailReader({
      ...connection,
      topic: sessionsVoided.topic,
      records: 0,
      sinceMs: () => Date.now() - rememberedMs,
      onRecord: (record) => this.#take(record),
    });
  }

  async onServiceStart(): Promise<void> {
    await this.#readFile();
    this.#reader.start();
    this.#forgetting.start();
    const lateAt = performance.now() + firstLookMs;
    while (!this.#isFresh() && performance.now() < lateAt) await sleep(lookEveryMs);
  }

  async onModuleDestroy(): Promise<void> {
    await this.#forgetting.stop();
    await this.#reader.stop();
    await this.#saving;
  }

  /**
   * When a holder's sessions, this one among them, were last ended, in system milliseconds; undefined when they were not, as
   * far back as a session could still be good.
   * @throws Unavailable while identity's facts are not read to their end, or have not been heard of for 30 seconds.
   */
  endedMs(holder: string, session: string): number | undefined {
    if (!this.#isFresh()) throw new Unavailable('identity', 'it is not known which sessions were ended');
    return this.#ended.endedMs(holder, session);
  }

  /** For `/health/ready`. */
  check(): Finding {
    const { size: holders } = this.#ended;
    return { state: this.#isFresh() ? 'ok' : 'degraded', holders, ageMs: this.#reader.age() };
  }

  #isFresh(): boolean {
    return this.#reader.ready && this.#reader.age() <= staleMs;
  }

  #take(record: RawRecord): void {
    try {
      const envelope = decodeEnvelope(record);
      const ending = endings.find(({ type }) => type === envelope.type);
      const data = ending && decodeFact<{ holder: string; kept?: string | undefined }>(ending, envelope, record).data;
      const isNew = this.#ended.take({
        holder: data?.holder,
        kept: data?.kept,
        appendedMs: Math.min(appendedAt(record), Date.now()),
        epoch: envelope.epoch,
      });
      if (isNew) this.#save();
    } catch (error) {
      const { partition, offset } = record;
      const where = { event: 'session-end-unreadable', partition, offset, err: error };
      this.#connection.logger.error(where, 'a fact of identity cannot be read: it may have ended sessions');
    }
  }

  async #readFile(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) this.#ended.read(text);
    this.#ended.forget(Date.now());
  }

  /** One writing at a time; what comes meanwhile goes with the next. */
  #save(): void {
    if (this.#unsaved) return;
    this.#unsaved = true;
    this.#saving = this.#saving.then(() => {
      this.#unsaved = false;
      return putFile(this.#path, this.#ended.written()).catch((error: unknown) => {
        const words = { event: 'ended-sessions-not-saved', err: error };
        this.#connection.logger.error(words, 'the ended sessions could not be saved');
      });
    });
  }
}
