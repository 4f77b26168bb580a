import {
  doubtedReceiptFound,
  lateNoticeFound,
  lateSwitchFound,
  moveCompleted,
  originalLostFound,
  receiptOverdueFound,
  timeLimitPassed,
} from '@recapito/contracts';
import { append } from '@recapito/messaging';
import { derivedId } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { BulkTransaction } from '../persistence/bulk-transactions.ts';
import type { RecordToAppend } from './append-records.ts';
import { doubtedReceiptIn } from './doubted-receipt.ts';
import { lateNoticeIn } from './late-notice.ts';
import { lateSwitchIn } from './late-switch.ts';
import { originalLostIn, receiptOverdueIn } from './lost-message.ts';

/** Publishes a finding for every record of a batch that shows a fault; each record is seen for the first time. */
export async function publishFindings(
  tx: BulkTransaction,
  { records, at }: { readonly records: readonly RecordToAppend[]; readonly at: Instant },
): Promise<void> {
  for (const each of records) {
    if (each.record.topic === moveCompleted.topic) await publishLateSwitch(tx, each, at);
    else if (each.record.topic === timeLimitPassed.topic) {
      await publishLateNotice(tx, each, at);
      await publishOriginalLost(tx, each, at);
      await publishReceiptOverdue(tx, each, at);
      await publishDoubtedReceipt(tx, each, at);
    }
  }
}

async function publishLateSwitch(tx: BulkTransaction, { record }: RecordToAppend, at: Instant): Promise<void> {
  const late = lateSwitchIn(typeOf(record), record.value);
  if (late === null) return;
  const { campaign, move, holder, confirmedAt, completedAt } = late;
  const finding = derivedId('late-switch', move);
  const data = { finding, campaign, move, holder, confirmedAt, completedAt };
  await append(tx, lateSwitchFound, { key: finding, sequence: 1, time: at, data });
}

async function publishLateNotice(tx: BulkTransaction, { record, eventAt }: RecordToAppend, at: Instant): Promise<void> {
  const late = lateNoticeIn(typeOf(record), record.value);
  if (late === null) return;
  const { identificativo, consegna, gestore, dispatchedAt } = late;
  const finding = derivedId('late-notice', identificativo, consegna);
  const data = { finding, identificativo, consegna, gestore, dispatchedAt, noticedAt: eventAt ?? at };
  await append(tx, lateNoticeFound, { key: finding, sequence: 1, time: at, data });
}

async function publishOriginalLost(
  tx: BulkTransaction,
  { record, eventAt }: RecordToAppend,
  at: Instant,
): Promise<void> {
  const lost = originalLostIn(typeOf(record), record.value);
  if (lost === null) return;
  const { identificativo, messageId, gestore, tipo, loss, caselle, consequence } = lost;
  const finding = derivedId('original-lost', identificativo, messageId, tipo, ...caselle);
  const data = { finding, identificativo, gestore, tipo, loss, caselle, consequence, lostAt: eventAt ?? at };
  await append(tx, originalLostFound, { key: finding, sequence: 1, time: at, data });
}

async function publishReceiptOverdue(
  tx: BulkTransaction,
  { record, eventAt }: RecordToAppend,
  at: Instant,
): Promise<void> {
  const overdue = receiptOverdueIn(typeOf(record), record.value);
  if (overdue === null) return;
  const { identificativo, messageId, gestore, tipo, towards, since } = overdue;
  const finding = derivedId('receipt-overdue', identificativo, messageId);
  const data = { finding, identificativo, gestore, tipo, towards, messageId, since, foundAt: eventAt ?? at };
  await append(tx, receiptOverdueFound, { key: finding, sequence: 1, time: at, data });
}

async function publishDoubtedReceipt(
  tx: BulkTransaction,
  { record, eventAt }: RecordToAppend,
  at: Instant,
): Promise<void> {
  const doubted = doubtedReceiptIn(typeOf(record), record.value);
  if (doubted === null) return;
  const { messaggio: identificativo, firmatario, tipo, riguarda, motivo, messageId } = doubted;
  const finding = derivedId('doubted-receipt', identificativo, firmatario, messageId);
  const data = { finding, identificativo, firmatario, tipo, riguarda, motivo, foundAt: eventAt ?? at };
  await append(tx, doubtedReceiptFound, { key: finding, sequence: 1, time: at, data });
}

function typeOf({ headers }: RecordToAppend['record']): string {
  return new TextDecoder().decode(headers.find(([name]) => name === 'ce_type')?.[1] ?? undefined);
}
