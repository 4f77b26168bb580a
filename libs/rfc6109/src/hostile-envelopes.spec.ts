import { beforeAll, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import * as fc from 'fast-check';
import { at, sender, twoProviders } from '../test/example.ts';
import {
  judgeIncoming,
  readMessage,
  readOriginal,
  repliesTo,
  seal,
  transportEnvelope,
  withCertifiedId,
  withSevenBitParts,
} from './index.ts';
import type { CertifiedMessage } from './index.ts';

let providers: Awaited<ReturnType<typeof twoProviders>>;

beforeAll(async () => {
  providers = await twoProviders();
});

const identificativo = 'pec1.20140714093015.04711@posta.gestore.example';
const mittente = 'mario.rossi@postacertificata.example';

/** What a client may write to mislead whoever reads the envelope: fields of certified mail, parts, ends of parts. */
const evilLines = [
  'X-Trasporto: errore',
  'X-Ricevuta: avvenuta-consegna',
  'X-VerificaSicurezza: errore',
  'X-Riferimento-Message-ID: <altro@client.example>',
  'Message-ID: <altro@client.example>',
  'Return-Path: <altro@posta.example>',
  'Received: from a by b; Mon, 14 Jul 2014 09:30:15 +0200',
  'Reply-To: altro@posta.example',
  'Content-Type: multipart/signed; boundary="=_signed"',
  'Content-Type: application/xml; name="daticert.xml"',
  'Content-Disposition: inline; filename="postacert.eml"',
  'Content-Transfer-Encoding: 8bit',
  '--=_signed',
  '--=_mixed--',
  '--',
  '.',
  '',
  'citt\xc3\xa0 \xff\xfe',
  'From: Altro <altro@posta.example>',
];
const evilLine = fc.oneof(fc.constantFrom(...evilLines), fc.string({ unit: 'binary-ascii', maxLength: 60 }));

/** Recipients of both kinds, some in A-labels. */
const recipients = fc.uniqueArray(
  fc.record({
    indirizzo: fc
      .tuple(
        fc.stringMatching(/^[a-z0-9]([a-z0-9+_-]{0,30}[a-z0-9])?$/),
        fc.constantFrom('pec.comune.example', 'posta.example', 'pec.xn--forl-tpa.example'),
      )
      .map(([local, domain]) => `${local}@${domain}`),
    tipo: fc.constantFrom('certificato' as const, 'esterno' as const),
  }),
  { minLength: 1, maxLength: 12, selector: ({ indirizzo }) => indirizzo },
);

const certifiable = fc
  .oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }), fc.constantFrom('=?UTF-8?Q?x?=', '"><&', ']]>'))
  .map((text) => text.replace(/[\p{Cc}\uFFFD]/gu, ' ').trim() || 'x');

const hostileSubmission = fc.record({
  destinatari: recipients,
  oggetto: certifiable,
  gestore: certifiable,
  ricevuta: fc.constantFrom('completa' as const, 'breve' as const, 'sintetica' as const),
  // A second From or Message-ID is refused before anything is built.
  extra: fc.uniqueArray(fc.constantFrom(...evilLines.filter((line) => /^(X-|Content-|Re)/.test(line)))),
  msgid: fc.stringMatching(/^<[!-;=?-~]{1,60}>$/),
  body: fc.array(evilLine, { maxLength: 12 }),
});

test('whatever a client submitted, its envelope is an envelope to our own reader, signed, and certifies what was given', async () => {
  await fc.assert(
    fc.asyncProperty(hostileSubmission, async ({ destinatari, oggetto, gestore, ricevuta, extra, msgid, body }) => {
      const encoded = `=?UTF-8?B?${Buffer.from(oggetto, 'utf8').toString('base64')}?=`;
      const header = [
        `From: Mario Rossi <${mittente}>`,
        `To: ${destinatari.map(({ indirizzo }) => indirizzo).join(',\r\n ')}`,
        `Subject: ${encoded}`,
        `Message-ID: ${msgid}`,
        ...extra,
      ];
      const read = readOriginal(Buffer.from([...header, '', ...body].join('\r\n'), 'latin1'));
      if (!read) throw new Error('the submission has no readable header');
      const { original } = withSevenBitParts(read);
      const message: CertifiedMessage = {
        identificativo,
        msgid,
        mittente,
        destinatari,
        risposte: repliesTo(original, mittente),
        oggetto,
        ricevuta,
      };
      const kept = withCertifiedId(original, identificativo);
      const sealed = await seal(
        transportEnvelope(message, { provider: { ...sender, name: gestore }, at }, kept),
        providers.signers.sender,
      );

      const said = { ...message, tipo: 'posta-certificata', errore: 'nessuno', gestore, at };
      expect(readMessage(sealed)).toMatchObject({ kind: 'envelope', messageId: identificativo, certification: said });
      const judged = judgeIncoming(sealed, mittente, providers.known, at);
      if (isRefusal(judged)) throw new Error(judged.refused);
      expect(judged).toMatchObject({ kind: 'envelope', certification: said, fromSigner: true });
      expect(judged.kind === 'envelope' && judged.original.equals(kept)).toBe(true);
    }),
  );
});
