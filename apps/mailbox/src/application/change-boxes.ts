import type { EventDefinition } from '@recapito/contracts';
import { directoryRecord } from '@recapito/contracts';
import { append, PermanentFailure } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { saveRecord, lockHolder } from '../persistence/holder.store.ts';
import type { CountedRecord, LockedHolder } from '../persistence/holder.store.ts';
import { mailboxesOf } from '../persistence/mailbox.store.ts';
import type { Mailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** Queues a fact about the locked holder: it is appended to the outbox, with the next sequence number, after the change. */
export type PublishFact = <Data>(definition: EventDefinition<Data>, data: Data) => void;

/**
 * Changes the boxes of one holder under the holder's lock, then publishes one directory record with the state of all
 * boxes, and after it the facts that the change has queued, numbered in order.
 * A change that queues no fact publishes no record.
 * @throws PermanentFailure when it is not known, after a restore, how the holder's boxes stand.
 * @rule DIRECTORY-WHOLE BOXES-UNDECIDED
 */
export async function changeBoxes<Result>(
  tx: Tx,
  holder: string,
  at: Instant,
  change: (publish: PublishFact) => Promise<Result>,
): Promise<Result> {
  const locked = await lockHolder(tx, holder);
  const { sequence, undecided } = locked;
  if (undecided) throw new PermanentFailure(`an operator has to decide what holds of the boxes of ${holder}`);
  const published: ((nth: number) => Promise<unknown>)[] = [];
  const result = await change((definition, data) => {
    published.push((nth) => append(tx, definition, { key: holder, sequence: sequence + nth, time: at, data }));
  });
  if (published.length === 0) return result;
  // The directory comes first: a reader of a fact can already read the state that it led to. @rule DIRECTORY-BEFORE-FACTS
  const record = await publishDirectory(tx, holder, locked, at);
  for (const [index, publish] of published.entries()) await publish(index + 1);
  await saveRecord(tx, holder, record, sequence + published.length);
  return result;
}

/** Publishes the directory record of a holder again, under the next number, though nothing has changed. */
export async function publishDirectoryAgain(tx: Tx, holder: string, at: Instant): Promise<void> {
  await saveRecord(tx, holder, await publishDirectory(tx, holder, await lockHolder(tx, holder), at));
}

async function publishDirectory(
  tx: Tx,
  holder: string,
  { directorySequence, epoch, undecided }: LockedHolder,
  at: Instant,
): Promise<CountedRecord> {
  const data = { ...directoryOf(holder, await mailboxesOf(tx, holder)), ...(undecided && { undecided }) }; // @rule DIRECTORY-UNDECIDED
  const number = directorySequence + 1;
  await append(tx, directoryRecord, { key: holder, sequence: number, time: at, data });
  return { epoch, number, boxes: data.boxes.length };
}

/** The data of a directory record: every box of the holder, also the deleted ones. */
function directoryOf(holder: string, mailboxes: readonly Mailbox[]) {
  return {
    holder,
    boxes: mailboxes.map(({ id, address, service, state, partner }) => ({ box: id, address, service, state, partner })),
  };
}
