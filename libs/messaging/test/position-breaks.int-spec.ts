import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import { bareKafka, eventually } from '@recapito/testing';
import { republish } from '../src/index.ts';
import { PositionStage } from './position-stage.ts';
import { bareRecord, produceRaw, recordsOf, sweepClaims, textsOf, topic } from './scene.ts';

const decision = { by: 'operator spec', reason: 'the log was lost' };

describe('a partition that is no more what was read', () => {
  let stage: PositionStage;

  beforeEach(async () => {
    stage = await PositionStage.open();
  });
  afterEach(() => stage.close());

  // @rule POSITION-BREAK POSITION-CONTINUE
  test('a partition that was wiped stops, others go on, and an operator reads on without a second effect', async () => {
    await stage.tell('K', '1', '2', '3');
    await stage.took('K', '1', '2', '3');
    await stage.quiet();
    await stage.reader.stop();
    await sweepClaims(stage.own);
    await stage.wipe();
    await stage.restartReader();
    const found = await stage.untilStopped('end-below-position');
    expect(found).toMatchObject({ consumer: 'mailbox', topic, generation: 1, next: '3' });
    stage.startRelay();
    await stage.writer.transaction((tx) => republish(tx, topic));
    await stage.tell('K', '4');
    await stage.tell('other 1', 'new');
    await stage.tell('other 2', 'new');
    await eventually(async () => {
      const others = [await textsOf(stage.own.pool, 'other 1'), await textsOf(stage.own.pool, 'other 2')];
      expect(others.flat().length).toBeGreaterThan(0);
    });
    await stage.published();
    expect(await textsOf(stage.own.pool, 'K')).toEqual(['1', '2', '3']);
    const partition = found?.partition ?? -1;
    const place = { topic, partition } as const;
    // The same record stands at offset 0 again, and its fingerprint was kept.
    expect(await stage.reader.strategy.continueReading(place, decision)).toMatchObject({ generation: 2 });
    await stage.took('K', '1', '2', '3', '4');
    expect(await stage.letters()).toEqual([]);
    expect(await stage.stopped()).toEqual([]);
    const facts = await stage.own.pool.query<{ type: string }>('SELECT type FROM outbox ORDER BY seq');
    expect(facts.rows.map(({ type }) => type)).toEqual(['reading-stopped', 'reading-continued']);
    expect(isRefusal(await stage.reader.strategy.continueReading(place, decision))).toBe(true);
  });

  // @rule POSITION-CONTINUE
  test('the new generation begins behind the last record that both logs share', async () => {
    await stage.tell('K', '1', '2');
    await stage.took('K', '1', '2');
    await stage.quiet();
    const before = (await recordsOf(stage.reading)).map(bareRecord);
    await stage.reader.stop();
    await stage.wipe();
    const [kept] = before;
    if (kept !== undefined) await produceRaw(stage.reading, [kept]);
    await stage.restartReader();
    const found = await stage.untilStopped('end-below-position');
    const place = { topic, partition: found?.partition ?? -1 } as const;
    expect(await stage.reader.strategy.continueReading(place, decision)).toMatchObject({ generation: 2, next: '1' });
    stage.startRelay();
    await stage.tell('K', '3');
    await stage.took('K', '1', '2', '3');
  });

  // @rule POSITION-BREAK
  test('another record at the last offset stops the partition', async () => {
    await stage.tell('K', '1');
    await stage.took('K', '1');
    await stage.quiet();
    await stage.reader.stop();
    await stage.wipe();
    stage.startRelay();
    await stage.tell('K', '2', '3');
    await stage.published();
    await stage.restartReader();
    const found = await stage.untilStopped('other-record-before-position');
    expect(await textsOf(stage.own.pool, 'K')).toEqual(['1']);
    await stage.reader.strategy.continueReading({ topic, partition: found?.partition ?? -1 }, decision);
    await stage.took('K', '1', '2', '3');
  });

  // @rule POSITION-BREAK
  test('a partition that begins above the position stops', async () => {
    await stage.tell('K', '1');
    await stage.took('K', '1');
    await stage.quiet();
    await stage.reader.stop();
    await stage.tell('K', '2', '3', '4');
    await stage.published();
    const partition = await stage.partitionOf('K');
    await stage.admin.fetchTopicOffsets(stage.physical());
    await stage.admin.deleteTopicRecords({ topic: stage.physical(), partitions: [{ partition, offset: '3' }] });
    await stage.restartReader();
    await stage.untilStopped('begins-above-position');
    expect(await textsOf(stage.own.pool, 'K')).toEqual(['1']);
    await stage.reader.strategy.continueReading({ topic, partition }, decision);
    await stage.took('K', '1', '4');
  });

  // @rule POSITION-BREAK
  test('offsets that are skipped stop the partition once what comes before them has taken effect', async () => {
    await stage.tell('K', '1', '2', '3');
    await stage.took('K', '1', '2', '3');
    await stage.quiet();
    const [first, second, third] = (await recordsOf(stage.reading)).map(bareRecord);
    await stage.reader.stop();
    await stage.wipe();
    await stage.own.pool.query('DELETE FROM reading_position');
    await stage.own.pool.query('DELETE FROM inbox');
    await stage.own.pool.query('DELETE FROM effect');
    await stage.forgetOffsets();
    if (!first || !second || !third) throw new Error('three records were published');
    // A transaction leaves a record of its own between them, which no reader is given.
    const producer = bareKafka().producer({
      transactionalId: stage.reading.namespace,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: stage.physical(), messages: [first, second] });
    await transaction.commit();
    await producer.disconnect();
    const ends = async () => (await stage.admin.fetchTopicOffsets(stage.physical())).map(({ high }) => high);
    await eventually(async () => expect(await ends()).toContain('3'));
    await produceRaw(stage.reading, [third]);
    await stage.restartReader();
    const found = await stage.untilStopped('offsets-skipped');
    expect(found?.next).toBe('2');
    expect(await textsOf(stage.own.pool, 'K')).toEqual(['1', '2']);
    const place = { topic, partition: found?.partition ?? -1 } as const;
    expect(await stage.reader.strategy.continueReading(place, decision)).toMatchObject({ generation: 2, next: '3' });
    await stage.took('K', '1', '2', '3');
  });
});
