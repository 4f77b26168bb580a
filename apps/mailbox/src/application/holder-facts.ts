import type { EventDefinition } from '@recapito/contracts';
import { directoryRecord } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { keepSequences, lockHolder } from '../persistence/holder.store.ts';
import { mailboxesOf } from '../persistence/mailbox.store.ts';
import type { Mailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';

/** Tells a fact about the holder in hand, as the next of their life. */
export type TellFact = <Data>(definition: EventDefinition<Data>, data: Data) => Promise<void>;

/**
 * Changes the boxes of one holder and tells of it: nobody else changes them meanwhile, every fact has its number, and
 * when facts were told, one directory record says how all boxes of the holder stand after them. // DIRECTORY-WHOLE
 * A change that tells nothing leaves no record.
 */
export async function changeBoxes<Result>(
  tx: Tx,
  holder: string,
  at: Instant,
  change: (tell: TellFact) => Promise<Result>,
): Promise<Result> {
  let { sequence, directorySequence } = await lockHolder(tx, holder);
  const before = sequence;
  const result = await change(async (definition, data) => {
    sequence += 1;
    await append(tx, definition, { key: holder, sequence, time: at, data });
  });
  if (sequence === before) return result;
  directorySequence += 1;
  await tellDirectory(tx, holder, directorySequence, at);
  await keepSequences(tx, holder, { sequence, directorySequence });
  return result;
}

/** States again how the boxes of a holder stand, under a number of its own, though nothing has changed. */
export async function restateDirectory(tx: Tx, holder: string, at: Instant): Promise<void> {
  const { sequence, directorySequence } = await lockHolder(tx, holder);
  await tellDirectory(tx, holder, directorySequence + 1, at);
  await keepSequences(tx, holder, { sequence, directorySequence: directorySequence + 1 });
}

async function tellDirectory(tx: Tx, holder: string, sequence: number, at: Instant): Promise<void> {
  const data = directoryOf(holder, await mailboxesOf(tx, holder));
  await append(tx, directoryRecord, { key: holder, sequence, time: at, data });
}

/** What the directory says of a holder: every box, the deleted ones too. */
function directoryOf(holder: string, mailboxes: readonly Mailbox[]) {
  return {
    holder,
    boxes: mailboxes.map(({ id, address, service, state, partner }) => ({ box: id, address, service, state, partner })),
  };
}
