import { describe, expect, test } from '@jest/globals';
import { at, message, receiver, sender } from '../test/example.ts';
import {
  acceptanceReceipt,
  deliveryReceipt,
  isOwedBy,
  nonDeliveryNotice,
  takingInChargeReceipt,
  timeLimitNotice,
} from './index.ts';

const recipient = 'protocollo@pec.comune.example';
const by = { provider: receiver, messageId: 'x@y', at };
const answering = (recipients: readonly string[], ofSender = false) => ({
  forRecipient: (address: string) => recipients.includes(address.toLowerCase()),
  forSender: () => ofSender,
});

// @rule RECEIPT-OWED
describe('a receipt is owed by', () => {
  const delivered = deliveryReceipt(message, by, { recipient, form: 'sintetica', original: null }).certification;

  test('the provider of its recipient, not by the sender’s', () => {
    expect(isOwedBy(delivered, answering([recipient]))).toBe(true);
    expect(isOwedBy(delivered, answering([], true))).toBe(false);
  });

  test('the one provider of all recipients that were taken in charge', () => {
    const taken = { recipients: ['a@pec.comune.example', 'B@altra.example'], serviceMailbox: 's@d.example' };
    const { certification } = takingInChargeReceipt(message, by, taken);
    expect(isOwedBy(certification, answering(['a@pec.comune.example', 'b@altra.example']))).toBe(true);
    expect(isOwedBy(certification, answering(['a@pec.comune.example'], true))).toBe(false);
  });

  test('the sender’s own provider alone, when it speaks of the acceptance or of time limits', () => {
    const accepted = acceptanceReceipt(message, { ...by, provider: sender }).certification;
    const limit = timeLimitNotice(message, by, { recipient, limit: 'twelve-hours' }).certification;
    for (const certification of [accepted, limit]) {
      expect(isOwedBy(certification, answering([], true))).toBe(true);
      expect(isOwedBy(certification, answering([recipient]))).toBe(false);
    }
  });

  test('either of them, when it says that the message cannot be delivered', () => {
    const failed = { recipient, errore: 'no-dest', erroreEsteso: '5.1.1' } as const;
    const { certification } = nonDeliveryNotice(message, by, failed);
    expect(
      [answering([recipient]), answering([], true), answering([])].map((each) => isOwedBy(certification, each)),
    ).toEqual([true, true, false]);
  });
});
