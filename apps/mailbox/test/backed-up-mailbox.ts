import { addressReserved, directoryCensus, directoryRecord } from '@recapito/contracts';
import { expect } from '@jest/globals';
import { isNewer } from '@recapito/messaging';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { eventually, recordsOf, SpokenDirectory } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Listener } from './heard.ts';
import { holderOf, inAugust, mario, Stage } from './stage.ts';
import type { Citizen } from './stage.ts';

/** When mario confirms his move, and the provisioning run that switches his boxes. */
export const confirmed = parseInstant('2010-08-05T07:00:00Z');
export const run = parseInstant('2010-08-05T10:30:00Z');

/** Mailbox with a backup of its database, from when mario's move was planned and nothing else. */
export class BackedUpMailbox {
  readonly stage = new Stage();
  readonly heard = new Listener(this.stage.namespace);
  #mailbox: RunningService<PrismaClient> | undefined;
  #putBack: (() => Promise<void>) | undefined;

  static async open(): Promise<BackedUpMailbox> {
    const opened = new BackedUpMailbox();
    const { stage, heard } = opened;
    await heard.listen();
    stage.onEnd(() => heard.stop());
    await stage.setClock(inAugust);
    opened.#mailbox = await stage.mailbox();
    await stage.planMove(mario);
    await eventually(() => expect(heard.of(addressReserved)).toHaveLength(1));
    await opened.mailbox.stop();
    opened.#putBack = await stage.backUp();
    opened.#mailbox = await stage.mailbox();
    return opened;
  }

  /** The service that was started last. */
  get mailbox(): RunningService<PrismaClient> {
    if (this.#mailbox === undefined) throw new Error('mailbox was not started');
    return this.#mailbox;
  }

  /** Puts the database alone back. */
  async putBack(): Promise<void> {
    await this.#putBack?.();
  }

  /** Starts mailbox, which answers when it has been decided that it goes on. */
  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#mailbox = await this.stage.start(more);
  }

  /** Puts the database alone back and starts mailbox again. */
  async restart(more: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.mailbox.stop();
    await this.putBack();
    await this.start(more);
  }

  async asked(path: string, method = 'GET'): Promise<number> {
    return (await this.stage.ask(this.mailbox, path, { method })).status;
  }

  async restoreState(): Promise<{ wentBackAt: string | null; forgotten: number }> {
    const response = await this.stage.ask(this.mailbox, '/restore');
    return (await response.json()) as { wentBackAt: string | null; forgotten: number };
  }

  /** Mailbox has found that its database went back. */
  async waits(): Promise<void> {
    await eventually(async () => (await this.restoreState()).wentBackAt !== null);
  }

  /** An operator decides that mailbox goes on. */
  async goOn(): Promise<void> {
    expect(await this.asked('/restore/go-on', 'POST')).toBe(200);
    await this.mailbox.ready;
  }

  /** The moves, when the plan of each was read again. */
  async allRead(count: number) {
    const moves = () => this.stage.client.move.findMany({ include: { switch: true } });
    await eventually(async () =>
      expect((await moves()).filter(({ campaign }) => campaign !== null)).toHaveLength(count),
    );
    return moves();
  }

  /** What the tables say of a person's boxes: address, state, and the other name that may be typed. */
  async boxesOf(citizen: Citizen): Promise<string[]> {
    const where = { holderId: holderOf(citizen) };
    const boxes = await this.stage.client.mailbox.findMany({ where, orderBy: { address: 'asc' } });
    return boxes.map(({ address, state, logInName }) => [address, state, logInName ?? []].flat().join(' '));
  }

  /** What every reader of the directory compares: the records of holders, counted, and the last census. */
  async countedAndSaid() {
    const spoken = new SpokenDirectory();
    const records = await recordsOf(this.stage, directoryRecord.topic);
    let said: unknown;
    let last = { epoch: 0, number: 0 };
    for (const { key, value, headers } of records) {
      const attribute = (name: string) => headers?.[name]?.toString() ?? '';
      const data: unknown = JSON.parse(value?.toString() ?? 'null');
      const place = { epoch: Number(attribute('ce_epoch')), number: Number(attribute('ce_sequence')) };
      if (!attribute('ce_type').endsWith(directoryCensus.type)) {
        const record = directoryRecord.data.parse(data);
        spoken.note(directoryRecord, key?.toString() ?? '', record, place.number, place.epoch);
      } else if (isNewer(place, last)) [said, last] = [data, place];
    }
    const { holders, boxes, digest } = spoken.count();
    return { counted: { holders, boxes, digest }, said };
  }
}
