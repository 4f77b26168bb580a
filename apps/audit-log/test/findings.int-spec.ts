import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { moveCompleted, originalLost, receiptOverdue, timeLimitPassed } from '@recapito/contracts';
import type { DataOf, EventDefinition } from '@recapito/contracts';
import { cloudEventType } from '@recapito/messaging';
import type { RawRecord } from '@recapito/messaging';
import { derivedId, instant, parseInstant } from '@recapito/primitives';
import { takeBatch } from '../src/application/take-batch.ts';
import { rawRecords, Scene, sentRecords } from './scene.ts';

const august = parseInstant('2010-08-02T09:00:00+02:00');
const lateMove = derivedId('spec-move', 'lenta');

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(() => scene.close());

/** The record of a fact that happened on 3 August at eight, UTC. */
function recordOf<Definition extends EventDefinition>(fact: Definition, data: DataOf<Definition>): RawRecord {
  const [record] = rawRecords(sentRecords(1), { topic: fact.topic });
  if (record === undefined) throw new Error('there is one');
  const headers = [
    ...record.headers,
    ['ce_type', Buffer.from(cloudEventType(fact.topic, fact.type))] as const,
    ['ce_time', Buffer.from('2010-08-03T08:00:00.000Z')] as const,
  ];
  return { ...record, headers, value: Buffer.from(JSON.stringify(data)) };
}

async function take(record: RawRecord): Promise<void> {
  const { topic, partition } = record;
  const batch = { topic, partition, records: [record], end: '1' };
  await scene.transactions.run((tx) => takeBatch(tx, { batch, at: august }));
}

async function findings(): Promise<{ type: string; said: unknown }[]> {
  const { rows } = await scene.owner.query<{ type: string; value: string }>(
    `SELECT type, value FROM outbox ORDER BY seq`,
  );
  return rows.map(({ type, value }) => ({ type, said: JSON.parse(value) as unknown }));
}

// @rule FINDING-LATE-SWITCH
describe('a move that was completed too late', () => {
  const completed = (late: boolean): RawRecord =>
    recordOf(moveCompleted, {
      campaign: 'inps-2010',
      move: lateMove,
      holder: derivedId('spec-holder', 'lenta'),
      from: 'a@inpspec.gov.it',
      to: 'a.b@postacertificata.gov.it',
      confirmedAt: august,
      completedAt: instant(august + 25 * 3_600_000),
      late,
    });

  test('is a finding, once, however often its record comes', async () => {
    const record = completed(true);
    await take(record);
    await take(record);
    expect(await findings()).toMatchObject([
      { type: 'late-switch-found', said: { campaign: 'inps-2010', move: lateMove } },
    ]);
  });

  test('is none when it was in time', async () => {
    await take(completed(false));
    expect(await findings()).toEqual([]);
  });
});

// @rule FINDING-LATE-NOTICE
describe('a last notice of time limits that left too late', () => {
  const about = {
    identificativo: 'pec1.20100802090000.00001@inpspec.gov.it',
    consegna: 'anna.bianchi@postacertificata.gov.it',
    gestore: 'INPS',
    dispatchedAt: august,
  };
  const passed = (late: boolean): RawRecord =>
    recordOf(timeLimitPassed, {
      ...about,
      msgid: null,
      mittente: 'pec.cittadini@inpspec.gov.it',
      destinatari: [{ indirizzo: 'anna.bianchi@postacertificata.gov.it', tipo: 'certificato' }],
      oggetto: 'Avviso',
      messageId: 'pec1.20100803100000.00002@inpspec.gov.it',
      limit: 'twenty-four-hours',
      late,
    });

  test('is a finding, once, that tells when the envelope left and when the sender was told', async () => {
    const record = passed(true);
    await take(record);
    await take(record);
    const noticedAt = parseInstant('2010-08-03T08:00:00Z');
    expect(await findings()).toMatchObject([{ type: 'late-notice-found', said: { ...about, noticedAt } }]);
  });

  test('is none when it left in time', async () => {
    await take(passed(false));
    expect(await findings()).toEqual([]);
  });
});

// @rule FINDING-ORIGINAL-LOST
describe('a message whose file was lost', () => {
  const record = recordOf(originalLost, {
    identificativo: 'pec1.20100802090000.00001@inpspec.gov.it',
    msgid: null,
    mittente: 'pec.cittadini@inpspec.gov.it',
    destinatari: [{ indirizzo: 'anna.bianchi@postacertificata.gov.it', tipo: 'certificato' }],
    oggetto: 'Avviso',
    gestore: 'INPS',
    messageId: 'pec1.20100802090000.00001@inpspec.gov.it',
    tipo: 'posta-certificata',
    loss: 'missing',
    caselle: ['anna.bianchi@postacertificata.gov.it'],
    consequence: 'not-delivered',
  });

  test('is a finding, once, that tells how the message ended', async () => {
    await take(record);
    await take(record);
    expect(await findings()).toMatchObject([
      {
        type: 'original-lost-found',
        said: {
          identificativo: 'pec1.20100802090000.00001@inpspec.gov.it',
          gestore: 'INPS',
          tipo: 'posta-certificata',
          loss: 'missing',
          caselle: ['anna.bianchi@postacertificata.gov.it'],
          consequence: 'not-delivered',
        },
      },
    ]);
  });
});

// @rule FINDING-RECEIPT-OVERDUE
describe('a receipt that has waited for a day', () => {
  test('is a finding, once, that tells for which provider it waits', async () => {
    const record = recordOf(receiptOverdue, {
      identificativo: 'pec1.20100802090000.00001@inpspec.gov.it',
      msgid: null,
      mittente: 'pec.cittadini@inpspec.gov.it',
      destinatari: [{ indirizzo: 'anna.bianchi@postacertificata.gov.it', tipo: 'certificato' }],
      oggetto: 'Avviso',
      gestore: 'PostaCertificat@',
      messageId: 'pec1.20100802090000.00003@postacertificata.gov.it',
      tipo: 'presa-in-carico',
      towards: 'INPS',
      caselle: ['ricevute@inpspec.gov.it'],
      since: august,
    });
    await take(record);
    await take(record);
    expect(await findings()).toMatchObject([
      {
        type: 'receipt-overdue-found',
        said: {
          gestore: 'PostaCertificat@',
          tipo: 'presa-in-carico',
          towards: 'INPS',
          messageId: 'pec1.20100802090000.00003@postacertificata.gov.it',
          since: august,
        },
      },
    ]);
  });
});
