import { addressRefused } from '@recapito/contracts';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { MailStore } from '../dovecot/mail-store.ts';
import { mailboxById } from '../persistence/mailbox.store.ts';
import type { Mailbox } from '../persistence/mailbox.store.ts';
import { saveMove, moveById } from '../persistence/move.store.ts';
import type { Move } from '../persistence/move.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { ArmedCalendars } from './armed-calendars.ts';
import { changeBoxes } from './change-boxes.ts';
import { registerMailbox } from './register-mailbox.ts';
import { renumber, reserveAddress } from './reserve-address.ts';

export interface PrepareMove {
  readonly move: string;
  readonly campaign: string;
  readonly holder: string;
  readonly nome: string;
  readonly cognome: string;
  readonly source: { readonly service: string; readonly address: string };
  readonly target: { readonly service: string; readonly domain: string };
  readonly at: Instant;
}

/**
 * Does mailbox's part of a planned move: makes the old box known and keeps an address for the new one. Tells
 * `box-registered` and `address-reserved`, or `address-refused` with the reason. A move that was prepared stays as it
 * was, however often it is planned again.
 * One that was made again from published facts after a restore keeps what these say.
 * @rule MOVE-PREPARED-ONCE MOVE-ADOPTED
 */
export async function prepareMove(
  tx: Tx,
  parts: { readonly calendars: ArmedCalendars; readonly store: MailStore },
  command: PrepareMove,
): Promise<void> {
  const { move, campaign, holder, source, target, at } = command;
  await changeBoxes(tx, holder, at, async (publish) => {
    const before = await moveById(tx, move);
    if (before !== undefined && before.campaign !== null) return;
    if (before !== undefined && before.refusal !== null) return saveMove(tx, { ...before, campaign }, at);
    const old = await registerMailbox(tx, parts, publish, { holder, move, at, ...source });
    const sourceId = isRefusal(old) ? null : old.id;
    const reserve = () => reserveAddress(tx, parts.calendars, publish, { ...command, ...target });
    const kept = isRefusal(old) ? old : ((await reservedBefore(tx, before, command)) ?? (await reserve()));
    if (isRefusal(kept)) {
      const refusal = { refused: kept.refused, rule: kept.rule, words: kept.words };
      await saveMove(tx, { id: move, campaign, holder, source: sourceId, target: null, refusal }, at);
      publish(addressRefused, { holder, service: target.service, move, refusal });
    } else {
      await saveMove(tx, { id: move, campaign, holder, source: sourceId, target: kept.id, refusal: null }, at);
    }
  });
}

/** The box that published facts of the move say was reserved; undefined when they say nothing of one. */
async function reservedBefore(
  tx: Tx,
  before: Move | undefined,
  { nome, cognome, target }: PrepareMove,
): Promise<Mailbox | undefined> {
  if (before === undefined || before.target === null) return undefined;
  const box = await mailboxById(tx, before.target);
  await renumber(tx, box, { nome, cognome, domain: target.domain });
  return box;
}
