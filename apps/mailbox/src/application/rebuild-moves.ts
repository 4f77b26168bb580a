import type {
  addressRefused,
  addressReserved,
  boxRegistered,
  boxStateChanged,
  DataOf,
  switched,
} from '@recapito/contracts';
import { after, certifiedAddress, isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { hasHome } from '../domain/mailbox.ts';
import { switchBoxes } from '../domain/switch.ts';
import { boxesNamed, contest, restoreMove, restoreSwitch, markTold } from '../persistence/adoption.store.ts';
import { mailboxByAddress, setState } from '../persistence/mailbox.store.ts';
import type { Mailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { restoreBox } from './adopt-holder.ts';
import type { AdoptParts } from './adopt-holder.ts';

/** What each rule needs beside the tables: the fact's id and, by the suite clock, its time. */
export interface RebuildParts extends AdoptParts {
  readonly fact: string;
  readonly at: Instant;
}

/** How long after the confirmation a switch is due. */
const dayMs = 24 * 3_600_000;

/** A box that was registered or reserved is there, and is an end of its move. False: the address is somebody else's. */
export async function rebuildBox(
  tx: Tx,
  parts: RebuildParts,
  data: DataOf<typeof boxRegistered> & DataOf<typeof addressReserved> & { readonly end: 'source' | 'target' },
): Promise<boolean> {
  const { box: id, holder, service, move, end } = data;
  const address = certifiedAddress(data.address);
  const named = await boxesNamed(tx, [{ box: id, address }]);
  if (named.some((box) => box.id !== id || box.holder !== holder || box.address !== address)) {
    await contest(tx, parts.fact, [address]);
    return false;
  }
  const state = end === 'source' ? 'active' : 'reserved';
  const box = { id, holder, address, service, state, partner: null, untold: false } as const;
  if (named.length === 0) await restoreBox(tx, parts, box, parts.at);
  if (named.length === 0 && end === 'source') await parts.store.prepareHome(box);
  await markTold(tx, id);
  await restoreMove(tx, { id: move, holder, [end]: id, at: parts.at });
  return true;
}

/** No address could be kept for a move: it stays so when its plan is read again. */
export async function rebuildRefusal(
  tx: Tx,
  { at }: RebuildParts,
  { holder, move, refusal }: DataOf<typeof addressRefused>,
): Promise<boolean> {
  await restoreMove(tx, { id: move, holder, refusal, at });
  return true;
}

/** A box came to another state by somebody's act. False: it is neither in that state nor in the one before. */
export async function rebuildState(
  tx: Tx,
  { store, at }: RebuildParts,
  { address, holder, from, to }: DataOf<typeof boxStateChanged>,
): Promise<boolean> {
  const box = await mailboxByAddress(tx, address);
  if (box === undefined || box.holder !== holder) return false;
  if (box.state === to) return true;
  if (box.state !== from) return false;
  await setState(tx, box.id, to, at);
  if (hasHome(from)) await store.pointRights({ ...box, state: to });
  return true;
}

/** A switch was made: its order is done. False: the old box can still send, and the new one is not as it was reserved. */
export async function rebuildSwitch(
  tx: Tx,
  { store, at }: RebuildParts,
  { holder, move, from, to, confirmedAt, switchedAt }: DataOf<typeof switched>,
): Promise<boolean> {
  const [source, target] = [await mailboxByAddress(tx, from), await mailboxByAddress(tx, to)];
  if (source?.holder !== holder || target?.holder !== holder) return false;
  if (source.state === 'active' && !(await makeSwitch(tx, store, { source, target }, switchedAt))) return false;
  await restoreMove(tx, { id: move, holder, source: source.id, target: target.id, at });
  await restoreSwitch(tx, move, { confirmedAt, dueAt: after(confirmedAt, dayMs), switchedAt });
  return true;
}

async function makeSwitch(
  tx: Tx,
  store: RebuildParts['store'],
  { source, target }: { readonly source: Mailbox; readonly target: Mailbox },
  at: Instant,
): Promise<boolean> {
  const states = switchBoxes(source.state, target.state);
  if (isRefusal(states)) return false;
  await setState(tx, source.id, states.source, at);
  await setState(tx, target.id, states.target, at);
  await store.pointRights({ ...source, state: states.source });
  await store.prepareHome({ ...target, state: states.target });
  return true;
}
