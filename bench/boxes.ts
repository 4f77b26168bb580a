import { createHash } from 'node:crypto';
import { directoryRecord } from '@recapito/contracts';
import { headersOf, newTraceparent } from '@recapito/messaging';
import { derivedId } from '@recapito/primitives';
import { fillTopic } from './broker.ts';
import { noon } from './noted.ts';
import type { Stage } from './services.ts';

/** A box of the trial as its number makes it, in SQL below and here alike. */
function box(nth: number) {
  const uuid = (word: string): string => {
    const hex = createHash('md5').update(`${word}${nth}`).digest('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
  return { holder: uuid('holder'), box: uuid('box'), address: `prova.${nth}@inpspec.gov.it` };
}

const insertHolders = `
  INSERT INTO holder (id, sequence, directory_sequence)
  SELECT md5('holder' || nth)::uuid, 1, 1 FROM generate_series(1, $1::int) AS nth`;

const insertBoxes = `
  INSERT INTO mailbox (id, holder_id, address, service, state, state_since)
  SELECT md5('box' || nth)::uuid, md5('holder' || nth)::uuid, 'prova.' || nth || '@inpspec.gov.it', 'inps-trial', 'active',
         '2010-01-01T00:00:00Z'
  FROM generate_series(1, $1::int) AS nth`;

/**
 * Gives mailbox so many active boxes of the trial, and the directory the records that mailbox would have told of them:
 * row by row through its doors it would take an hour.
 */
export async function manyBoxes(stage: Stage, count: number): Promise<void> {
  const pool = stage.administrator('mailbox');
  try {
    await pool.query(insertHolders, [count]);
    await pool.query(insertBoxes, [count]);
    await pool.query('VACUUM ANALYZE holder, mailbox');
  } finally {
    await pool.end();
  }
  await fillTopic(stage.ground.brokers, stage.namespace, { topic: directoryRecord.topic, count, record: recordOf });
}

function recordOf(nth: number) {
  const { topic, type, version } = directoryRecord;
  const { holder, box: id, address } = box(nth);
  const told = { id: derivedId('bench-directory', holder), topic, type, version, key: holder, sequence: 1, time: noon };
  const boxes = [{ box: id, address, service: 'inps-trial', state: 'active', partner: null }];
  return {
    key: holder,
    value: JSON.stringify({ holder, boxes }),
    headers: { ...headersOf({ ...told, traceparent: newTraceparent() }) },
  };
}
