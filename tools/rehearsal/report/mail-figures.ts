import type { TracedFact } from './trace.ts';

/** What the trace says of mail and notices. */
export interface MailFigures {
  readonly notices: { readonly sent: number; readonly delivered: number; readonly failed: number };
  readonly mail: { readonly messages: number; readonly receipts: number; readonly withoutFinalReceipt: number };
}

interface Recipient {
  readonly indirizzo: string;
  readonly tipo: 'certificato' | 'esterno';
}

/** Types that stand for a receipt or notice to a sender or its provider. */
const receipts = new Set([
  'message-accepted',
  'message-refused',
  'taken-in-charge',
  'message-delivered',
  'message-not-delivered',
  'time-limit-passed',
]);

/** Is this the last word on one certified recipient? The notice of twenty-four hours is, that of twelve is not. */
function isFinal(type: string, data: TracedFact['data']): boolean {
  if (type === 'time-limit-passed') return data['limit'] === 'twenty-four-hours';
  return type === 'message-delivered' || type === 'message-not-delivered';
}

/**
 * Counts what anybody could count in the exported trace: accepted messages, receipts, certified recipients of whom
 * nothing final is known (neither delivered nor not delivered, nor told that the time was up), certified notices by how they ended.
 */
export async function mailFigures(facts: AsyncIterable<TracedFact>): Promise<MailFigures> {
  const owed = new Map<string, Set<string>>();
  const settled = new Set<string>();
  const notices = { sent: 0, delivered: 0, failed: 0 };
  let receiptCount = 0;
  for await (const { topic, type, data } of facts) {
    if (topic === 'certified-mail.messages.v1') {
      if (receipts.has(type)) receiptCount += 1;
      if (type === 'message-accepted') owed.set(String(data['identificativo']), certified(data['destinatari']));
      if (isFinal(type, data)) settled.add(outcomeKey(String(data['identificativo']), String(data['consegna'])));
    } else if (topic === 'notification.communications.v1' && data['channel'] === 'pec') {
      if (type === 'communication-submitted') notices.sent += 1;
      if (type === 'communication-delivered') notices.delivered += 1;
      if (type === 'communication-failed') notices.failed += 1;
    }
  }
  const withoutFinalReceipt = [...owed].reduce(
    (sum, [id, recipients]) => sum + [...recipients].filter((address) => !settled.has(outcomeKey(id, address))).length,
    0,
  );
  return {
    notices,
    mail: { messages: owed.size, receipts: receiptCount, withoutFinalReceipt },
  };
}

function certified(destinatari: unknown): Set<string> {
  const recipients = destinatari as readonly Recipient[];
  return new Set(
    recipients.filter(({ tipo }) => tipo === 'certificato').map(({ indirizzo }) => indirizzo.toLowerCase()),
  );
}

function outcomeKey(identificativo: string, address: string): string {
  return `${identificativo}\n${address.toLowerCase()}`;
}
