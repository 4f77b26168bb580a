import { randomUUID } from 'node:crypto';
import type { DataOf } from '@recapito/contracts';
import { event } from '@recapito/contracts';
import { encodeData, headersOf, newTraceparent } from '@recapito/messaging';
import { parseInstant } from '@recapito/primitives';
import { z } from 'zod';

/** The fact of the benchmarks: of the size of most that the services tell each other, some 200 bytes and headers. */
export const noted = event(
  'migration.moves.v1',
  'bench-noted',
  z.object({ move: z.uuid(), holder: z.uuid(), nth: z.int().min(1), words: z.string().min(1) }),
);

export type Noted = DataOf<typeof noted>;

/** The legal instant of all of them. */
export const noon = parseInstant('2010-08-02T12:00:00Z');

const words = 'Si prende nota di quanto è stato chiesto per la casella e per il suo titolare.';

/** The data of the nth fact. */
export function notedData(holder: string, nth: number): Noted {
  return { move: randomUUID(), holder, nth, words };
}

/** The nth fact about a holder as a record for a producer, as the relay would have made it. */
export function notedRecord(holder: string, nth: number) {
  const { topic, type, version } = noted;
  const id = randomUUID();
  const traceparent = newTraceparent();
  const headers = headersOf({ id, topic, type, version, key: holder, sequence: nth, time: noon, traceparent });
  return { key: holder, value: encodeData(noted, holder, notedData(holder, nth)), headers: { ...headers } };
}
