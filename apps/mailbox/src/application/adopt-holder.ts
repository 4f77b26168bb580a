import type { ServiceCalendar } from '@recapito/capability';
import type { DataOf, directoryRecord } from '@recapito/contracts';
import { hasTwoHistories, isNewer } from '@recapito/messaging';
import type { Standing } from '@recapito/messaging';
import { certifiedAddress } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { MailStore } from '../dovecot/mail-store.ts';
import { ownBoxes } from '../domain/own-boxes.ts';
import { restoreBoxRow, adoptState, boxesNamed } from '../persistence/adoption.store.ts';
import { saveRecord, lockHolder } from '../persistence/holder.store.ts';
import { hasHome } from '../domain/mailbox.ts';
import type { Mailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { logInNameOf } from './register-mailbox.ts';

/** A directory record with its place in the life of its holder, and its suite instant. */
export interface HolderState extends Standing {
  readonly data: DataOf<typeof directoryRecord>;
  readonly at: Instant;
}

/** What adoption needs beside the tables. */
export interface AdoptParts {
  readonly store: MailStore;
  /** How each service names its boxes. */
  readonly addressRules: ReadonlyMap<string, ServiceCalendar['addressRule']>;
}

/**
 * Takes over a directory record that is newer than the tables: a box that they have forgotten is made again, a state and
 * a partner are as the record says. The mail in a box is not touched. When a box came to its state is taken from the
 * record's time; the number of an address among those of its name is left open.
 * @returns `contradicts` when the tables gave an address of the record to somebody else, or have published facts of the
 * same number to come: nothing has changed then.
 * @rule DIRECTORY-ADOPTED
 */
export async function adoptHolder(
  tx: Tx,
  parts: AdoptParts,
  { data, at, ...standing }: HolderState,
): Promise<'adopted' | 'known' | 'contradicts'> {
  const { holder, boxes } = data;
  const { directoryEpoch, directorySequence } = await lockHolder(tx, holder);
  if (!isNewer(standing, { epoch: directoryEpoch, number: directorySequence })) return 'known';
  const named = await boxesNamed(tx, boxes);
  const isForeign = ({ id, holder: owner, address }: Mailbox) =>
    owner !== holder || !boxes.some((box) => box.box === id && box.address === address);
  if (named.some(isForeign) || (await hasTwoHistories(tx, 'mailbox.directory.v1', holder))) return 'contradicts';
  for (const { box: id, address, service, state, partner } of boxes) {
    const box = {
      id,
      holder,
      address: certifiedAddress(address),
      service,
      state,
      partner,
      untold: service !== ownBoxes,
    };
    if (named.some((known) => known.id === id)) await adoptState(tx, id, box, at);
    else await restoreBox(tx, parts, box, at);
    if (hasHome(state)) await parts.store.prepareHome(box);
  }
  await saveRecord(tx, holder, { ...standing, boxes: boxes.length });
  return 'adopted';
}

/** Makes a box again, with the name that may be typed at log-in by its service's rule; its home is not touched. */
export async function restoreBox(
  tx: Tx,
  { addressRules }: Pick<AdoptParts, 'addressRules'>,
  box: Mailbox,
  since: Instant,
): Promise<void> {
  const rule = addressRules.get(box.service);
  const logInName = rule === undefined ? null : logInNameOf(rule, box.address);
  await restoreBoxRow(tx, { ...box, logInName, since });
}
