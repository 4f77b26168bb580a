import { describe, expect, test } from '@jest/globals';
import { isRefusal, parseInstant } from '@recapito/primitives';
import * as fc from 'fast-check';
import { at, message, sender } from '../test/example.ts';
import { readDaticert } from './daticert-reader.ts';
import { writeDaticert } from './daticert-writer.ts';
import { certify } from './system-message.ts';
import type { CertificationData } from './index.ts';

const envelope: CertificationData = certify(
  message,
  { provider: sender, messageId: message.identificativo, at },
  'posta-certificata',
  { ricevuta: 'completa' },
);

const envelopeXml = `<?xml version="1.0" encoding="UTF-8"?>
<postacert tipo="posta-certificata" errore="nessuno">
    <intestazione>
        <mittente>mario.rossi@postacertificata.example</mittente>
        <destinatari tipo="certificato">protocollo@pec.comune.example</destinatari>
        <destinatari tipo="esterno">info@comune.example</destinatari>
        <risposte>mario.rossi@postacertificata.example</risposte>
        <oggetto>Istanza di residenza – città</oggetto>
    </intestazione>
    <dati>
        <gestore-emittente>Gestore Esempio S.p.A.</gestore-emittente>
        <data zona="+0200">
            <giorno>14/07/2014</giorno>
            <ora>09:30:15</ora>
        </data>
        <identificativo>pec1.20140714093015.04711@posta.gestore.example</identificativo>
        <msgid>&lt;abc.123@client.example&gt;</msgid>
        <ricevuta tipo="completa"/>
    </dati>
</postacert>
`;

const failureXml = `<?xml version="1.0" encoding="UTF-8"?>
<postacert tipo="errore-consegna" errore="no-dest">
    <intestazione>
        <mittente>mario.rossi@postacertificata.example</mittente>
        <destinatari tipo="certificato">nessuno@pec.comune.example</destinatari>
        <risposte>mario.rossi@postacertificata.example</risposte>
        <oggetto>Istanza</oggetto>
    </intestazione>
    <dati>
        <gestore-emittente>Altro Gestore S.p.A.</gestore-emittente>
        <data zona="+0100"><giorno>17/12/2014</giorno><ora>23:59:59</ora></data>
        <identificativo>pec1.20141217235958.04712@posta.gestore.example</identificativo>
        <consegna>nessuno@pec.comune.example</consegna>
        <errore-esteso>5.1.1 - Altro Gestore S.p.A. - indirizzo non valido</errore-esteso>
    </dati>
</postacert>
`;

function refusedFor(xml: string): string {
  const read = readDaticert(Buffer.from(xml, 'utf8'));
  return isRefusal(read) ? read.refused : 'read';
}

describe('certification data', () => {
  test('of an envelope are written in the order of the DTD', () => {
    expect(writeDaticert(envelope)).toBe(envelopeXml);
  });

  test('of an envelope are read as they were written', () => {
    expect(readDaticert(Buffer.from(envelopeXml))).toEqual(envelope);
  });

  test('of a non-delivery notice are read in another provider’s layout', () => {
    expect(readDaticert(Buffer.from(`\uFEFF${failureXml}`))).toEqual({
      tipo: 'errore-consegna',
      errore: 'no-dest',
      mittente: 'mario.rossi@postacertificata.example',
      destinatari: [{ indirizzo: 'nessuno@pec.comune.example', tipo: 'certificato' }],
      risposte: 'mario.rossi@postacertificata.example',
      oggetto: 'Istanza',
      gestore: 'Altro Gestore S.p.A.',
      at: parseInstant('2014-12-17T22:59:59Z'),
      identificativo: 'pec1.20141217235958.04712@posta.gestore.example',
      msgid: null,
      ricevuta: null,
      consegna: 'nessuno@pec.comune.example',
      ricezione: [],
      erroreEsteso: '5.1.1 - Altro Gestore S.p.A. - indirizzo non valido',
    });
  });

  test('come back whole whatever the subject holds, but for what XML cannot', () => {
    const subject = fc.string({ unit: 'grapheme' }).map((text) => text.trim());
    fc.assert(
      fc.property(subject, (oggetto) => {
        const read = readDaticert(Buffer.from(writeDaticert({ ...envelope, oggetto })));
        expect(isRefusal(read) ? read.refused : read.oggetto).toBe(oggetto);
      }),
    );
    const read = readDaticert(Buffer.from(writeDaticert({ ...envelope, oggetto: 'a\0b<c>&\uD800' })));
    expect(isRefusal(read) ? read.refused : read.oggetto).toBe('a?b<c>&?');
  });
});

describe('a strict reader refuses', () => {
  const consegna = '<consegna>protocollo@pec.comune.example</consegna>';
  const delivered = envelopeXml
    .replace('posta-certificata', 'avvenuta-consegna')
    .replace('"completa"/>', `"completa"/>${consegna}`);

  test('nothing in a delivery receipt of the right shape', () => {
    expect(refusedFor(delivered)).toBe('read');
  });

  // @rule DATICERT-VALID
  test.each([
    ['consegna before msgid', delivered.replace(consegna, '').replace('<msgid>', `${consegna}<msgid>`)],
    ['text between the elements of intestazione', envelopeXml.replace('</risposte>', '</risposte>testo')],
    ['tipo="consegna"', delivered.replace('avvenuta-consegna', 'consegna')],
    ['a date without its zone', envelopeXml.replace(' zona="+0200"', '')],
    ['a date that does not exist', envelopeXml.replace('14/07/2014', '31/06/2014')],
    ['no recipient', envelopeXml.replace(/ *<destinatari.*\n/g, '')],
    ['a recipient of an unknown kind', envelopeXml.replace('tipo="esterno"', 'tipo="altro"')],
    ['an empty sender', envelopeXml.replace(/(<mittente>).*(<)/, '$1$2')],
    ['an unknown error', envelopeXml.replace('nessuno', 'boh')],
    ['an element more', envelopeXml.replace('<msgid>', '<nota/><msgid>')],
    ['an element inside an address', envelopeXml.replace('info@', 'info<b/>@')],
    ['another root', envelopeXml.replaceAll('postacert ', 'posta ').replace('/postacert>', '/posta>')],
  ])('%s: not valid', (_, xml) => {
    expect(refusedFor(xml)).toBe('daticert/not-valid');
  });

  const recipient = /( *<destinatari.*\n)/;

  // @rule CERTIFIED-SIZE
  test.each([
    ['more bytes than are read at all', envelopeXml.replace('<dati>', `<!--${'x'.repeat(480 * 1024)}--><dati>`)],
    ['thousands of recipients', envelopeXml.replace(recipient, (line) => line.repeat(4_000))],
    ['a subject that no header can hold', envelopeXml.replace('<oggetto>', `<oggetto>${'x'.repeat(8_192)}`)],
    [
      'an explanation without end',
      delivered.replace('</dati>', `<errore-esteso>${'x'.repeat(16_385)}</errore-esteso></dati>`),
    ],
  ])('%s: too large', (_, xml) => {
    expect(refusedFor(xml)).toBe('daticert/too-large');
  });

  test('not two thousand recipients', () => {
    expect(refusedFor(envelopeXml.replace(recipient, (line) => line.repeat(2_000)))).toBe('read');
  });

  // @rule DATICERT-COHERENT
  test.each([
    [
      'an acceptance with errore="no-dest"',
      envelopeXml.replace('"posta-certificata" errore="nessuno"', '"accettazione" errore="no-dest"'),
    ],
    ['a failure without error', failureXml.replace('no-dest', 'nessuno')],
    ['a delivery to nobody', delivered.replace(consegna, '')],
    ['an envelope that was delivered', envelopeXml.replace('"completa"/>', `"completa"/>${consegna}`)],
    ['a taking in charge of nobody', envelopeXml.replace('posta-certificata', 'presa-in-carico')],
  ])('%s: contradicts itself', (_, xml) => {
    expect(refusedFor(xml)).toBe('daticert/contradiction');
  });

  // @rule DATICERT-XML
  test.each([
    [
      'a document type',
      envelopeXml.replace('<postacert', '<!DOCTYPE postacert SYSTEM "http://d.example/x.dtd"><postacert'),
    ],
    ['an entity of its own', envelopeXml.replace('Istanza', '&lol;')],
    ['a processing instruction', envelopeXml.replace('<intestazione>', '<?php ?><intestazione>')],
    ['another encoding', envelopeXml.replace('UTF-8', 'ISO-8859-1')],
    ['an element left open', envelopeXml.replace('</dati>', '')],
    ['crossed elements', envelopeXml.replace('</ora>', '</giorno>')],
    ['the same attribute twice', envelopeXml.replace('zona="+0200"', 'zona="+0200" zona="+0100"')],
    ['elements nested beyond need', '<a>'.repeat(50) + '</a>'.repeat(50)],
    ['two roots', envelopeXml + envelopeXml.replace(/<\?.*\?>/, '')],
    ['nothing', ''],
  ])('%s: no XML of ours', (_, xml) => {
    expect(refusedFor(xml)).toBe('daticert/not-xml');
  });

  // @rule DATICERT-XML
  test('bytes that are not UTF-8', () => {
    const read = readDaticert(Buffer.from(envelopeXml, 'latin1'));
    expect(isRefusal(read) && read.refused).toBe('daticert/not-xml');
  });
});

describe('what another provider certifies cannot reach our headers', () => {
  const id = '<identificativo>pec1.20140714093015.04711@posta.gestore.example';
  const client = '<msgid>&lt;abc.123@client.example&gt;';
  const reply = /<risposte>[^<]*/;

  // @rule DATICERT-ADDRESS PROVIDER-ID-FORM
  test.each([
    ['an id of two lines', envelopeXml.replace(id, `${id}&#13;&#10;X-Evil: iniettato`)],
    ['an id with a blank', envelopeXml.replace(id, `${id} altro`)],
    ['an id without a domain', envelopeXml.replace(id, '<identificativo>04711')],
    [
      'an id whose letters lose their high byte on the wire',
      envelopeXml.replace(id, '<identificativo>x\u010D\u010A@y.example'),
    ],
    ['an id in angle brackets', envelopeXml.replace(id, '<identificativo>&lt;x@y.example&gt;')],
    [
      'a client’s id of several lines',
      envelopeXml.replace(client, '<msgid>&lt;x@c&gt;&#13;&#10;X-Evil: iniettato&#13;&#10;Subject: CONSEGNA: falso'),
    ],
    ['a sender of two lines', envelopeXml.replace('<mittente>', '<mittente>altro@d.example&#10;')],
    ['two senders', envelopeXml.replace('<mittente>', '<mittente>altro@d.example, ')],
    ['a sender with a name', envelopeXml.replace('<mittente>', '<mittente>Mario ')],
    ['a sender whose letters lose their high byte', envelopeXml.replace('<mittente>', '<mittente>\u010D\u010A')],
    ['a certified recipient that is no address', envelopeXml.replace('protocollo@', 'ufficio protocollo@')],
    ['an ordinary recipient of two lines', envelopeXml.replace('info@', 'info&#13;&#10;Bcc: x@')],
    ['an ordinary recipient beyond ASCII', envelopeXml.replace('info@', 'città@')],
    ['replies to two lines', envelopeXml.replace(reply, '<risposte>a@b.example&#10;X: 1')],
  ])('%s: not valid', (_, xml) => {
    expect(refusedFor(xml)).toBe('daticert/not-valid');
  });

  // @rule DATICERT-ADDRESS
  test.each([
    ['a delivery', envelopeXml.replace('posta-certificata', 'avvenuta-consegna'), 'consegna'],
    ['a taking in charge', envelopeXml.replace('posta-certificata', 'presa-in-carico'), 'ricezione'],
  ])('%s for no address: not valid', (_, xml, element) => {
    const named = (text: string) => xml.replace('"completa"/>', `"completa"/><${element}>${text}</${element}>`);
    expect(refusedFor(named('a@b.example'))).toBe('read');
    expect(refusedFor(named('a@b.example&#13;&#10;X: 1'))).toBe('daticert/not-valid');
    expect(refusedFor(named(''))).toBe('daticert/not-valid');
  });

  test('a client’s id beyond ASCII or without end is lost, and the data say so', () => {
    const lost = (msgid: string) => readDaticert(Buffer.from(envelopeXml.replace(/<msgid>[^<]*/, `<msgid>${msgid}`)));
    expect(lost('&lt;città@c.example&gt;')).toMatchObject({ msgid: null, remarks: ['message-id-lost'] });
    expect(lost(`&lt;${'x'.repeat(401)}&gt;`)).toMatchObject({ msgid: null, remarks: ['message-id-lost'] });
  });

  test('a client’s id that is odd and ASCII is kept as it stands', () => {
    const kept = readDaticert(Buffer.from(envelopeXml.replace(client, '<msgid>due parole @ c')));
    expect(kept).toMatchObject({ msgid: 'due parole @ c' });
    expect(kept).not.toHaveProperty('remarks');
  });

  test('a domain in its own letters is read as an A-label, a quoted ordinary recipient as it stands', () => {
    const read = readDaticert(
      Buffer.from(envelopeXml.replace('@pec.comune.', '@pec.città.').replace('info@', '"info a b"@')),
    );
    expect(isRefusal(read) ? [] : read.destinatari.map(({ indirizzo }) => indirizzo)).toEqual([
      'protocollo@pec.xn--citt-3na.example',
      '"info a b"@comune.example',
    ]);
  });
});
