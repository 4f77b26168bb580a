import { describe, expect, test } from '@jest/globals';
import { at, sender } from '../test/example.ts';
import { acceptanceReceipt, readOriginal, transportEnvelope, withCertifiedId } from './index.ts';
import type { CertifiedMessage, Original } from './index.ts';

const id = 'pec1.20140714093015.04711@posta.gestore.example';

function submitted(field: string | Buffer): Original {
  const rest =
    'Date: Mon, 14 Jul 2014 09:30:00 +0200\r\nFrom: mario@pec.example\r\nTo: ufficio@pec.comune.example\r\n\r\nTesto.\r\n';
  const read = readOriginal(Buffer.concat([Buffer.from(field), Buffer.from(rest)]));
  if (!read) throw new Error('the message was not read');
  return read;
}

function certified({ msgid, remarks }: Original): CertifiedMessage {
  return {
    identificativo: id,
    msgid,
    mittente: 'mario@pec.example',
    destinatari: [{ indirizzo: 'ufficio@pec.comune.example', tipo: 'certificato' }],
    risposte: 'mario@pec.example',
    oggetto: null,
    ricevuta: 'completa',
    remarks,
  };
}

const accepting = { provider: sender, messageId: 'pec1.20140714093015.04712@posta.gestore.example', at };

/** The names of the fields, read line by line. */
function namesIn(header: string): string[] {
  return header
    .split('\r\n')
    .filter((line) => /^[^ \t]/.test(line))
    .map((line) => line.split(':', 1)[0] ?? '');
}

describe('the Message-ID of a client', () => {
  // @rule MESSAGE-ID-KEPT
  test.each([
    ['in angle brackets', '<abc.123@client.example>', '<abc.123@client.example>'],
    ['without them, which it gets', '3a53c9f21a8e41f0bb95@casa.example', '<3a53c9f21a8e41f0bb95@casa.example>'],
    ['with blanks inside, which it keeps', '<due  parole@client.example>', '<due  parole@client.example>'],
    ['with blanks and without brackets', 'due parole @ client', '<due parole @ client>'],
    ['with a domain in brackets', '<[x]@[10.0.0.1]>', '<[x]@[10.0.0.1]>'],
    ['without a domain', '<soltanto>', '<soltanto>'],
    ['folded', '\r\n <abc\r\n  def@client.example>', '<abc  def@client.example>'],
    ['with a comment', '<abc@client.example> (bozza)', '<abc@client.example> (bozza)'],
    ['of 400 characters', `<${'x'.repeat(398)}>`, `<${'x'.repeat(398)}>`],
    ['of 400 characters without brackets', 'x'.repeat(400), `<${'x'.repeat(400)}>`],
  ])('%s is certified as it stood', (_, field, msgid) => {
    const original = submitted(`Message-ID: ${field}\r\n`);
    expect([original.msgid, original.remarks]).toEqual([msgid, []]);
    expect(withCertifiedId(original, id).toString()).toContain(`X-Riferimento-Message-ID: ${msgid}\r\n`);
  });

  // @rule MESSAGE-ID-KEPT REMARK-TOLD
  test.each([
    ['letters beyond ASCII', '<citt\u00e0@client.example>'],
    [
      'letters whose low bytes are a line end',
      '<x\u010D\u010AX-Verificasicurezza:errore\u010D\u010ATo:vittima@pec.example@c.example>',
    ],
    ['letters whose low bytes end the header', '<x\u010D\u010A\u010D\u010ACorpo=20falso@c.example>'],
    ['bytes that are no UTF-8', Buffer.from('<\xe0@client.example>', 'latin1')],
    ['a tab', '<a\tb@client.example>'],
    ['a NUL', '<a\0b@client.example>'],
    ['401 characters', `<${'x'.repeat(399)}>`],
  ])('with %s is no ground to refuse: there is no reference, and the acceptance says so', (_, value) => {
    const field = Buffer.concat([Buffer.from('Message-ID: '), Buffer.from(value), Buffer.from('\r\n')]);
    const original = submitted(field);
    expect([original.msgid, original.remarks]).toEqual([null, ['message-id-lost']]);
    const message = certified(original);
    const receipt = acceptanceReceipt(message, accepting);
    expect(namesIn(receipt.header)).toEqual(['Subject', 'Date', 'Message-ID', 'To', 'X-Ricevuta', 'From']);
    expect(receipt.content.toString().replace(/=\r\n/g, '')).toContain(
      'Il Message-ID assegnato dal mittente non =E8 riportato: contiene caratteri non ammessi o supera i 400 caratteri.',
    );
    const kept = withCertifiedId(original, id);
    expect(namesIn(kept.toString('latin1').split('\r\n\r\n', 1)[0] ?? '')).toEqual([
      'Message-ID',
      'Date',
      'From',
      'To',
    ]);
    const envelope = transportEnvelope(message, accepting, kept);
    expect(namesIn(envelope.header)).toEqual([
      'Subject',
      'Date',
      'Message-ID',
      'Reply-To',
      'To',
      'X-Trasporto',
      'X-TipoRicevuta',
      'From',
    ]);
  });

  test.each([
    ['no field', ''],
    ['an empty one', 'Message-ID:\r\n'],
  ])('with %s is none, and nothing is lost', (_, field) => {
    const original = submitted(field);
    expect([original.msgid, original.remarks]).toEqual([null, []]);
    expect(acceptanceReceipt(certified(original), accepting).content.toString()).not.toContain('Message-ID');
  });

  test('that was accepted before it was judged makes no field', () => {
    const message = { ...certified(submitted('')), msgid: '<x\u010D\u010AX-Evil:1@c.example>' };
    expect(namesIn(acceptanceReceipt(message, accepting).header)).not.toContain('X-Riferimento-Message-ID');
  });
});
