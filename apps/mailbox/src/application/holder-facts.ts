import type { EventDefinition } from '@recapito/contracts';
import { directoryRecord } from '@recapito/contracts';
import { append, PermanentFailure } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { keepRecord, lockHolder } from '../persistence/holder.store.ts';
import type { CountedRecord, LockedHolder } from '../persistence/holder.store.ts';
import { mailboxesOf } from '../persistence/mailbox.store.ts';
import type { Mailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** Tells a fact about the holder in hand, as the next of their life, when the change is done. */
export type TellFact = <Data>(definition: EventDefinition<Data>, data: Data) => void;

/**
 * Changes the boxes of one holder and tells of it: nobody else changes them meanwhile, every fact has its number, and
 * when facts were told, one directory record says how all boxes of the holder stand after them. // DIRECTORY-WHOLE
 * A change that tells nothing leaves no record.
 * @throws PermanentFailure when it is not known, after a restore, how the holder's boxes stand. // BOXES-UNDECIDED
 */
export async function changeBoxes<Result>(
  tx: Tx,
  holder: string,
  at: Instant,
  change: (tell: TellFact) => Promise<Result>,
): Promise<Result> {
  const locked = await lockHolder(tx, holder);
  const { sequence, undecided } = locked;
  if (undecided) throw new PermanentFailure(`an operator has to decide what holds of the boxes of ${holder}`);
  const told: ((nth: number) => Promise<unknown>)[] = [];
  const result = await change((definition, data) => {
    told.push((nth) => append(tx, definition, { key: holder, sequence: sequence + nth, time: at, data }));
  });
  if (told.length === 0) return result;
  // The directory is told first: whoever hears of a fact can already read what has come of it. // DIRECTORY-BEFORE-FACTS
  const record = await tellDirectory(tx, holder, locked, at);
  for (const [index, tell] of told.entries()) await tell(index + 1);
  await keepRecord(tx, holder, record, sequence + told.length);
  return result;
}

/** States again how the boxes of a holder stand, under a number of its own, though nothing has changed. */
export async function restateDirectory(tx: Tx, holder: string, at: Instant): Promise<void> {
  await keepRecord(tx, holder, await tellDirectory(tx, holder, await lockHolder(tx, holder), at));
}

async function tellDirectory(
  tx: Tx,
  holder: string,
  { directorySequence, epoch, undecided }: LockedHolder,
  at: Instant,
): Promise<CountedRecord> {
  const data = { ...directoryOf(holder, await mailboxesOf(tx, holder)), ...(undecided && { undecided }) }; // DIRECTORY-UNDECIDED
  const number = directorySequence + 1;
  await append(tx, directoryRecord, { key: holder, sequence: number, time: at, data });
  return { epoch, number, boxes: data.boxes.length };
}

/** What the directory says of a holder: every box, the deleted ones too. */
function directoryOf(holder: string, mailboxes: readonly Mailbox[]) {
  return {
    holder,
    boxes: mailboxes.map(({ id, address, service, state, partner }) => ({ box: id, address, service, state, partner })),
  };
}
