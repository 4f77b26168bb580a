import { directoryRecord } from '@recapito/contracts';
import { headersOf, newTraceparent } from '@recapito/messaging';
import { call } from '../tools/rehearsal/suite-services.ts';
import { fillTopic } from './broker.ts';
import { noon } from './noted.ts';
import type { Stage } from './services.ts';

/** A box of the trial as its number makes it, in SQL below and here alike. */
function box(nth: number) {
  const end = nth.toString(16).padStart(12, '0');
  return {
    holder: `00000000-0000-4000-8000-${end}`,
    box: `00000000-0000-4000-9000-${end}`,
    fact: `00000000-0000-4000-a000-${end}`,
    address: `prova.${nth}@inpspec.gov.it`,
  };
}

const holderId = `('00000000-0000-4000-8000-' || lpad(to_hex(nth), 12, '0'))::uuid`;
const factId = `('00000000-0000-4000-a000-' || lpad(to_hex(nth), 12, '0'))::uuid`;
const boxId = `('00000000-0000-4000-9000-' || lpad(to_hex(nth), 12, '0'))::uuid`;

const insertHolders = `
  INSERT INTO holder (id, sequence, directory_sequence) SELECT ${holderId}, 1, 1 FROM generate_series(1, $1::int) AS nth`;

const insertBoxes = `
  INSERT INTO mailbox (id, holder_id, address, service, state, state_since)
  SELECT ${boxId}, ${holderId}, 'prova.' || nth || '@inpspec.gov.it', 'inps-trial', 'active', '2010-01-01T00:00:00Z'
  FROM generate_series(1, $1::int) AS nth`;

// The relay of mailbox knows the records that are put on its topic by their ids.
const insertFacts = `
  INSERT INTO outbox (id, topic, key, type, version, sequence, time, traceparent, value, published_at)
  SELECT ${factId}, '${directoryRecord.topic}', ${holderId}::text, '${directoryRecord.type}', 1, 1, now(), '', '{}', now()
  FROM generate_series(1, $1::int) AS nth`;

/** Gives mailbox’s table so many active boxes of the trial, of which the directory knows nothing. */
export async function boxesInTable(stage: Stage, count: number): Promise<void> {
  const pool = stage.administrator('mailbox');
  try {
    await pool.query(insertHolders, [count]);
    await pool.query(insertBoxes, [count]);
    await pool.query('VACUUM ANALYZE holder, mailbox');
  } finally {
    await pool.end();
  }
}

/**
 * Gives mailbox so many active boxes of the trial, and the directory the records that mailbox would have told of them:
 * row by row through its doors it would take an hour.
 */
export async function manyBoxes(stage: Stage, count: number): Promise<void> {
  await boxesInTable(stage, count);
  const pool = stage.administrator('mailbox');
  try {
    await pool.query(insertFacts, [count]);
    await pool.query('VACUUM ANALYZE outbox');
  } finally {
    await pool.end();
  }
  await fillTopic(stage.ground.brokers, stage.namespace, { topic: directoryRecord.topic, count, record: recordOf });
}

function recordOf(nth: number) {
  const { topic, type, version } = directoryRecord;
  const { holder, box: id, address, fact } = box(nth);
  const told = { id: fact, topic, type, version, key: holder, sequence: 1, time: noon };
  const boxes = [{ box: id, address, service: 'inps-trial', state: 'active', partner: null }];
  return {
    key: holder,
    value: JSON.stringify({ holder, boxes }),
    headers: { ...headersOf({ ...told, traceparent: newTraceparent() }) },
  };
}

interface Readiness {
  readonly checks: readonly { readonly name: string; readonly boxes?: number }[];
}

/** How many boxes the mail gate of certified-mail knows, as its health tells. */
export async function boxesAtTheGate(stage: Stage): Promise<number> {
  const { checks } = await call<Readiness>('GET', `${stage.management('certified-mail')}/health/ready`);
  return checks.find(({ name }) => name === 'mail-gate')?.boxes ?? 0;
}
