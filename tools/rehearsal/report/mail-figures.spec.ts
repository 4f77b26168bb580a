import { describe, expect, test } from '@jest/globals';
import { mailFigures } from './mail-figures.ts';
import type { TracedFact } from './trace.ts';

const mail = (type: string, data: TracedFact['data']): TracedFact => ({
  topic: 'certified-mail.messages.v1',
  type,
  data,
});
const notice = (type: string, channel: string): TracedFact => ({
  topic: 'notification.communications.v1',
  type,
  data: { channel },
});

function accepted(identificativo: string, ...addresses: string[]): TracedFact {
  const destinatari = addresses.map((indirizzo) => ({
    indirizzo,
    tipo: indirizzo.endsWith('@posta.example') ? 'esterno' : 'certificato',
  }));
  return mail('message-accepted', { identificativo, destinatari });
}

const outcome = (type: string, identificativo: string, consegna: string) => mail(type, { identificativo, consegna });

async function* trace(facts: readonly TracedFact[]): AsyncGenerator<TracedFact> {
  yield* facts;
}

const figures = (...facts: TracedFact[]) => mailFigures(trace(facts));

test('an empty trace tells of nothing', async () => {
  expect(await figures()).toEqual({
    mail: { messages: 0, receipts: 0, withoutFinalReceipt: 0 },
    notices: { sent: 0, delivered: 0, failed: 0 },
  });
});

describe('mail', () => {
  test('a message accepted, taken in charge and delivered is one message with three receipts', async () => {
    const facts = [
      accepted('m1', 'ufficio@pec.example'),
      mail('message-dispatched', { identificativo: 'm1' }),
      mail('taken-in-charge', { identificativo: 'm1' }),
      outcome('message-delivered', 'm1', 'ufficio@pec.example'),
    ];
    expect((await figures(...facts)).mail).toEqual({ messages: 1, receipts: 3, withoutFinalReceipt: 0 });
  });

  test('each certified recipient of whom nothing final is known is counted', async () => {
    const facts = [
      accepted('m1', 'a@pec.example', 'b@pec.example', 'c@pec.example'),
      outcome('message-delivered', 'm1', 'b@pec.example'),
    ];
    expect((await figures(...facts)).mail.withoutFinalReceipt).toBe(2);
  });

  test('an error of delivery is a final outcome, and an ordinary address is owed none', async () => {
    const facts = [
      accepted('m1', 'a@pec.example', 'anna@posta.example'),
      outcome('message-not-delivered', 'm1', 'a@pec.example'),
    ];
    expect((await figures(...facts)).mail.withoutFinalReceipt).toBe(0);
  });

  test('the notice of twenty-four hours is a final outcome, that of twelve is not; both are receipts', async () => {
    const passed = (limit: string, consegna: string) =>
      mail('time-limit-passed', { identificativo: 'm1', consegna, limit });
    const facts = [
      accepted('m1', 'a@pec.example', 'b@pec.example'),
      passed('twelve-hours', 'a@pec.example'),
      passed('twelve-hours', 'b@pec.example'),
      passed('twenty-four-hours', 'b@pec.example'),
    ];
    expect((await figures(...facts)).mail).toEqual({ messages: 1, receipts: 4, withoutFinalReceipt: 1 });
  });

  test('the outcome of another message to the same address settles nothing', async () => {
    const facts = [
      accepted('m1', 'a@pec.example'),
      accepted('m2', 'a@pec.example'),
      outcome('message-delivered', 'm2', 'a@pec.example'),
    ];
    expect((await figures(...facts)).mail).toMatchObject({ messages: 2, withoutFinalReceipt: 1 });
  });

  test('an outcome may stand in the trace before what it is about, and write the address otherwise', async () => {
    const facts = [outcome('message-delivered', 'm1', 'A@PEC.example'), accepted('m1', 'a@pec.example')];
    expect((await figures(...facts)).mail.withoutFinalReceipt).toBe(0);
  });

  test('a message that was refused is a receipt and no message', async () => {
    const facts = [mail('message-refused', { identificativo: 'm1' })];
    expect((await figures(...facts)).mail).toEqual({ messages: 0, receipts: 1, withoutFinalReceipt: 0 });
  });
});

test('only certified notices are counted, by how they ended', async () => {
  const facts = [
    notice('communication-asked', 'pec'),
    notice('communication-submitted', 'pec'),
    notice('communication-submitted', 'pec'),
    notice('communication-delivered', 'pec'),
    notice('communication-failed', 'pec'),
    notice('communication-delivered', 'sms'),
  ];
  expect((await figures(...facts)).notices).toEqual({ sent: 2, delivered: 1, failed: 1 });
});
