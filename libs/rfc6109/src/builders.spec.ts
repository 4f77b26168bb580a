import { describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import * as fc from 'fast-check';
import { at, message, postacert, sender } from '../test/example.ts';
import { readDaticert } from './daticert-reader.ts';
import { writeDaticert } from './daticert-writer.ts';
import {
  acceptanceReceipt,
  anomalyEnvelope,
  deliveryReceipt,
  nonAcceptanceNotice,
  nonDeliveryNotice,
  takingInChargeReceipt,
  timeLimitNotice,
  transportEnvelope,
  virusDetectionNotice,
} from './index.ts';
import type { CertifiedMessage, ProviderMessage, SystemMessage } from './index.ts';

const by = { provider: sender, messageId: 'pec1.20140714093015.04712@posta.gestore.example', at };
const recipient = 'protocollo@pec.comune.example';

const builders: Record<string, (about: CertifiedMessage, text: string) => SystemMessage> = {
  envelope: (about) => transportEnvelope(about, by, postacert()),
  acceptance: (about) => acceptanceReceipt(about, by),
  'non-acceptance': (about, text) => nonAcceptanceNotice(about, by, text),
  'taking in charge': (about) =>
    takingInChargeReceipt(about, by, { recipients: [recipient], serviceMailbox: 'ricevute@posta.example' }),
  delivery: (about) => deliveryReceipt(about, by, { recipient, form: 'completa', original: postacert() }),
  'non-delivery': (about, erroreEsteso) => nonDeliveryNotice(about, by, { recipient, errore: 'altro', erroreEsteso }),
  'time limit': (about) => timeLimitNotice(about, by, { recipient, limit: 'twelve-hours' }),
  virus: (about, erroreEsteso) =>
    virusDetectionNotice(about, by, { recipient, serviceMailbox: 'ricevute@posta.example', erroreEsteso }),
};

const evil = [
  '\r\nX-Evil: 1',
  '\u010D\u010AX-Evil: 1',
  '\r\n\r\n',
  '\n',
  '\r',
  '\0',
  '\uD800',
  ' ',
  'à',
  'x',
  '=?',
  '>',
];
const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom(...evil), maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('x', ' '), minLength: 900, maxLength: 3_000 }),
);

/** The names of the fields, for a reader that knows CRLF, colon and continuation lines. */
function namesIn(header: string): string[] {
  expect(header.endsWith('\r\n')).toBe(true);
  const lines = header.slice(0, -2).split('\r\n');
  for (const line of lines) expect(line).toMatch(/^(?=.*[!-~])[\t -~]{1,998}$/);
  return lines.filter((line) => !/^[ \t]/.test(line)).map((line) => line.slice(0, line.indexOf(':')));
}

function meant(built: ProviderMessage): string[] {
  return namesIn(built.header).filter((name) => name !== 'X-Riferimento-Message-ID');
}

describe.each(Object.entries(builders))('whatever others wrote, a message of the kind %s', (_, build) => {
  test('has the fields that its builder means, and no others', () => {
    const fields = meant(build(message, 'motivo'));
    fc.assert(
      fc.property(hostile, hostile, hostile, (oggetto, msgid, text) => {
        expect(meant(build({ ...message, oggetto, msgid }, text))).toEqual(fields);
      }),
    );
  });

  test('certifies its inputs letter by letter', () => {
    const certifiable = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
      .map((text) => text.replace(/[\p{Cc}\uFFFD]/gu, ' ').trim() || 'x');
    const id = fc.stringMatching(/^<[!-;=?-~]{1,60}>$/);
    fc.assert(
      fc.property(certifiable, id, certifiable, (oggetto, msgid, text) => {
        const built = build({ ...message, oggetto, msgid }, text);
        const read = readDaticert(Buffer.from(writeDaticert(built.certification)));
        expect(isRefusal(read) ? read.refused : read).toEqual(built.certification);
        expect(built.certification).toMatchObject({ oggetto, msgid, identificativo: message.identificativo });
        expect(built.header.replaceAll('\r\n', '')).toContain(`X-Riferimento-Message-ID: ${msgid}`);
      }),
    );
  });
});

test('an anomaly envelope has the fields that its builder means, whatever it encloses and whoever it is from', () => {
  const own = ['Subject', 'Date', 'Message-ID', 'Reply-To', 'To', 'X-Trasporto', 'From'];
  fc.assert(
    fc.property(hostile, hostile, hostile, (subject, id, from) => {
      const enclosed = `Subject: ${subject}\r\nMessage-ID: <${id}>\r\nTo: ${from}\r\n\r\nTesto.`;
      const dialog = { reversePath: 'a@b.example', sender: from, forwardPath: [recipient], reason: subject };
      const names = namesIn(anomalyEnvelope(Buffer.from(enclosed), by, dialog).header);
      expect(names.filter((name) => !own.includes(name))).toEqual(
        names.filter((name) => ['Cc', 'Return-Path', 'Received'].includes(name)),
      );
    }),
  );
});
