import { describe, expect, test } from '@jest/globals';
import { submitted } from '../test/example.ts';
import { readOriginal, repliesTo, withCertifiedId } from './index.ts';
import type { Original } from './index.ts';

const id = 'pec1.20140714093015.04711@posta.gestore.example';

function original(text: string): Original {
  const read = readOriginal(Buffer.from(text, 'latin1'));
  if (!read) throw new Error('the message was not read');
  return read;
}

describe('the message as its provider keeps it (RFC 6109 section 2.2.1)', () => {
  // @rule RFC6109-2.2.1
  test('bears the certified id; the client’s own stands beside it; nothing else changes', () => {
    expect(withCertifiedId(original(submitted), id).toString('latin1')).toBe(
      [
        'X-Riferimento-Message-ID: <abc.123@client.example>',
        `Message-ID: <${id}>`,
        'From: Mario Rossi <mario.rossi@postacertificata.example>',
        'To: Protocollo <protocollo@pec.comune.example>,',
        ' info@comune.example',
        'Subject: =?utf-8?Q?Istanza_di_residenza_=E2=80=93_citt=C3=A0?=',
        '',
        'Chiedo la residenza.',
        '',
      ].join('\r\n'),
    );
  });

  test('has no reference when the client had set no Message-ID', () => {
    const bare = original('From: a@d.example\r\nTo: b@d.example\r\n\r\nx');
    expect(bare.msgid).toBeNull();
    expect(withCertifiedId(bare, id).toString()).toBe(
      `Message-ID: <${id}>\r\nFrom: a@d.example\r\nTo: b@d.example\r\n\r\nx`,
    );
  });

  test('loses a reference that the client had invented', () => {
    const forged = original('X-Riferimento-Message-ID: <altro@d.example>\r\nMessage-ID: <mio@d.example>\r\n\r\n');
    expect(withCertifiedId(forged, id).toString()).toBe(
      `X-Riferimento-Message-ID: <mio@d.example>\r\nMessage-ID: <${id}>\r\n\r\n`,
    );
  });

  test('has CRLF where the client had sent bare line ends', () => {
    expect(original('To: b@d.example\nX: 1\n\nuno\rdue\r\ntre\n').bytes.toString()).toBe(
      'To: b@d.example\r\nX: 1\r\n\r\nuno\r\ndue\r\ntre\r\n',
    );
  });

  test('keeps every byte beyond ASCII', () => {
    const bytes = Buffer.from('To: b@d.example\r\n\r\n\xe8\xff\x80 fine', 'latin1');
    const read = readOriginal(bytes);
    expect(read?.bytes.equals(bytes)).toBe(true);
  });
});

describe('what the header of a submission says', () => {
  test('each recipient once; who stands in To and in Cc is a primary recipient', () => {
    const read = original('To: A@d.example, a@D.example\r\nCc: b@d.example, a@d.example, B@d.example\r\n\r\n');
    expect([read.to, read.cc]).toEqual([['a@d.example'], ['b@d.example']]);
  });

  test.each([
    ['X-TipoRicevuta: sintetica', 'sintetica'],
    ['x-tiporicevuta: BREVE', 'breve'],
    ['X-TipoRicevuta: qualunque', 'completa'],
    ['X-Altro: 1', 'completa'],
  ])('%s asks for the %s receipt', (field, form) => {
    expect(original(`${field}\r\n\r\n`).ricevuta).toBe(form);
  });

  test('replies go to Reply-To, else to the sender', () => {
    expect(repliesTo(original('Reply-To: Ufficio <Altro@d.example>\r\n\r\n'), 'io@d.example')).toBe('altro@d.example');
    expect(repliesTo(original('X: 1\r\n\r\n'), 'io@d.example')).toBe('io@d.example');
  });

  test('a subject that is missing is not an empty one', () => {
    expect(original('X: 1\r\n\r\n').oggetto).toBeNull();
    expect(original('Subject:\r\n\r\n').oggetto).toBe('');
    expect(original('Subject: =?iso-8859-1?Q?Citt=E0?=\r\n\r\n').oggetto).toBe('Città');
  });
});
