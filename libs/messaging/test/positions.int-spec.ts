import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { countPassedOverRecords } from '../src/index.ts';
import { PositionStage } from './position-stage.ts';
import { keepOffsetsAsBefore, note, sweepClaims } from './scene.ts';

describe('positions in the database of the reader', () => {
  let stage: PositionStage;

  beforeEach(async () => {
    stage = await PositionStage.open();
  });
  afterEach(() => stage.close());

  test('offsets that the broker has forgotten change nothing, also when the claims are gone', async () => {
    const keys = Array.from({ length: 30 }, (_, nth) => `holder ${nth}`);
    for (const key of keys) await note(stage.writer.transaction, key, 'old');
    stage.relay.nudge();
    for (const key of keys) await stage.took(key, 'old');
    await stage.quiet();
    await stage.reader.stop();
    await sweepClaims(stage.own);
    await stage.forgetOffsets();
    for (const key of keys) await note(stage.writer.transaction, key, 'new');
    stage.relay.nudge();
    await stage.restartReader();
    for (const key of keys) await stage.took(key, 'old', 'new');
    await stage.quiet();
    expect(await stage.letters()).toEqual([]);
    expect(await stage.stopped()).toEqual([]);
  });

  test('the first start of the release that keeps positions goes on from the offset of its former group', async () => {
    await stage.tell('K', '1', '2');
    await stage.took('K', '1', '2');
    await stage.quiet();
    await stage.reader.stop();
    await sweepClaims(stage.own);
    await keepOffsetsAsBefore(stage.own.pool, stage.admin, stage.reading);
    await stage.tell('K', '3');
    await stage.restartReader();
    await stage.took('K', '1', '2', '3');
    await stage.quiet();
    expect(stage.reader.strategy.state().counters).toMatchObject({ handled: 1, skipped: 0 });
  });

  // @rule POSITION-CONTINUE
  test('without positions and offsets, what is older than the deleted claims is passed over', async () => {
    await stage.tell('K', '1', '2');
    await stage.took('K', '1', '2');
    await stage.quiet();
    await stage.reader.stop();
    await sweepClaims(stage.own);
    await stage.own.pool.query('DELETE FROM reading_position');
    await stage.forgetOffsets();
    await stage.tell('K', '3');
    await stage.restartReader();
    await stage.took('K', '1', '2', '3');
    expect(await stage.own.transaction(countPassedOverRecords)).toBe(2);
  });

  test('a database that was put back to a backup hears again what came after it', async () => {
    await stage.tell('K', '1');
    await stage.took('K', '1');
    await stage.quiet();
    const backup = await stage.own.pool.query<{ next: string; fingerprint: Buffer; partition: number }>(
      'SELECT next, fingerprint, "partition" FROM reading_position',
    );
    await stage.tell('K', '2', '3');
    await stage.took('K', '1', '2', '3');
    await stage.quiet();
    await stage.reader.stop();
    for (const { next, fingerprint, partition } of backup.rows)
      await stage.own.pool.query('UPDATE reading_position SET next = $1, fingerprint = $2 WHERE "partition" = $3', [
        next,
        fingerprint,
        partition,
      ]);
    await stage.own.pool.query('DELETE FROM inbox WHERE id IN (SELECT event_id FROM effect WHERE sequence > 1)');
    await stage.own.pool.query('DELETE FROM effect WHERE sequence > 1');
    await stage.restartReader();
    await stage.tell('K', '4');
    await stage.took('K', '1', '2', '3', '4');
  });

  // @rule POSITION-FENCE
  test('a process whose position another one has moved does nothing and reads on from there', async () => {
    await stage.tell('K', '1');
    await stage.took('K', '1');
    await stage.quiet();
    // As if another member, which this one takes for gone, had taken the next record.
    await stage.own.pool.query(
      `UPDATE reading_position SET next = next + 1, fingerprint = NULL WHERE "partition" = $1`,
      [await stage.partitionOf('K')],
    );
    await stage.tell('K', 'taken by the other', '3');
    await stage.took('K', '1', '3');
    expect(await stage.letters()).toEqual([]);
  });
});
