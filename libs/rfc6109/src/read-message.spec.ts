import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { at, message, postacert, sender, twoProviders } from '../test/example.ts';
import { joinFields } from './header-writing.ts';
import {
  headerField,
  acceptanceReceipt,
  anomalyEnvelope,
  deliveryReceipt,
  judgeIncoming,
  nonAcceptanceNotice,
  nonDeliveryNotice,
  readMessage,
  seal,
  takingInChargeReceipt,
  timeLimitNotice,
  transportEnvelope,
  virusDetectionNotice,
} from './index.ts';
import type { MessageReading, ProviderMessage } from './index.ts';

const by = { provider: sender, messageId: 'pec1.20140714093015.04712@posta.gestore.example', at };
const recipient = 'protocollo@pec.comune.example';
const serviceMailbox = 'ricevute@posta.gestore.example';
const dialog = { reversePath: 'a@b.example', forwardPath: [recipient], sender: '', reason: 'x' };
const ordinary = Buffer.from('From: a@b.example\r\nSubject: Saluti\r\n\r\nCiao.\r\n');

let providers: Awaited<ReturnType<typeof twoProviders>>;
let envelope: Buffer;
let receipt: Buffer;

beforeAll(async () => {
  providers = await twoProviders();
  envelope = await sealed(transportEnvelope(message, by, postacert()));
  receipt = await sealed(deliveryReceipt(message, by, { recipient, form: 'completa', original: postacert() }));
});

const sealed = (built: ProviderMessage) => seal(built, providers.signers.sender);
const changed = (bytes: Buffer, from: string | RegExp, to: string) =>
  Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');

/** The kind, and for what is no certified message the code and the place of its reason. */
function told(reading: MessageReading): string {
  if (reading.kind !== 'anomaly' && reading.kind !== 'plain') return reading.kind;
  const { why } = reading;
  return why === null ? reading.kind : `${reading.kind}: ${why.refused} ${Object.values(why.details ?? {}).join()}`;
}

describe('what a message says that it is', () => {
  // @rule READING-SORTS
  test.each<[string, ProviderMessage]>([
    ['envelope', transportEnvelope(message, by, postacert())],
    ['receipt', acceptanceReceipt(message, by)],
    ['receipt', takingInChargeReceipt(message, by, { recipients: [recipient], serviceMailbox })],
    ['receipt', deliveryReceipt(message, by, { recipient, form: 'breve', original: postacert() })],
    ['notice', nonAcceptanceNotice(message, by, 'x')],
    ['notice', nonDeliveryNotice(message, by, { recipient, errore: 'no-dest', erroreEsteso: '5.1.1' })],
    ['notice', timeLimitNotice(message, by, { recipient, limit: 'twelve-hours' })],
    ['notice', virusDetectionNotice(message, by, { recipient, serviceMailbox, erroreEsteso: '5.7.1 - virus' })],
    ['anomaly', anomalyEnvelope(ordinary, by, dialog)],
  ])('%s', async (kind, built) => {
    expect(told(readMessage(await sealed(built)))).toBe(kind);
  });

  test('with its certification data, its id and the original, byte for byte', () => {
    const reading = readMessage(envelope);
    expect(reading).toMatchObject({
      kind: 'envelope',
      messageId: 'pec1.20140714093015.04711@posta.gestore.example',
      certification: { tipo: 'posta-certificata', mittente: 'mario.rossi@postacertificata.example', at },
    });
    expect(reading.kind === 'envelope' && reading.original.equals(postacert())).toBe(true);
  });

  test('an anomaly envelope gives back what came in', async () => {
    const reading = readMessage(await sealed(anomalyEnvelope(ordinary, by, dialog)));
    expect(reading.kind === 'anomaly' && reading.original?.equals(ordinary)).toBe(true);
  });
});

describe('what providers really send is read', () => {
  test.each([
    ['the x-pkcs7 names', /application\/pkcs7-signature/g, 'application/x-pkcs7-signature'],
    ['field names in another case', 'X-TipoRicevuta', 'X-Tiporicevuta'],
    ['no X-TipoRicevuta: the data say what was asked', /X-TipoRicevuta.*\r\n/, ''],
    ['part names in capitals', /"daticert\.xml"/g, '"DATICERT.XML"'],
    ['line feeds alone, as archives keep mail', /\r\n/g, '\n'],
    [
      'a part of the provider’s own beside the others',
      /(\r\n--=_mixed_\w+)(?=\r\nContent-Type: application\/xml)/,
      '$1\r\n\r\nServizio$1',
    ],
    [
      'words before the first boundary',
      '\r\n\r\n--=_signed',
      '\r\n\r\nThis is an S/MIME signed message\r\n\r\n--=_signed',
    ],
    [
      'encodings named on multiparts',
      'Content-Type: multipart/mixed',
      'Content-Transfer-Encoding: binary\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed',
    ],
    ['another digest', 'micalg="sha-256"', 'micalg="sha1"'],
    ['a Sender field', 'X-Trasporto', 'Sender: posta-certificata@posta.gestore.example\r\nX-Trasporto'],
  ])('%s', (_, from, to) => {
    const other = changed(envelope, from, to);
    expect(other.equals(envelope)).toBe(false);
    expect(readMessage(other)).toMatchObject({ kind: 'envelope', certification: { ricevuta: 'completa' } });
  });
});

// @rule READING-SORTS
describe('a receipt is believed in its own place alone', () => {
  const enclosing = (inner: Buffer, header: string) =>
    Buffer.concat([
      Buffer.from(
        `${header}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n`,
      ),
      inner,
      Buffer.from('\r\n--b--\r\n'),
    ]);

  test('not as an attachment of ordinary mail, though that bears its mark', () => {
    expect(told(readMessage(enclosing(receipt, '')))).toMatch(/^plain/);
    expect(told(readMessage(enclosing(receipt, 'X-Ricevuta: avvenuta-consegna\r\n')))).toBe(
      'plain: reading/not-certified multipart/signed',
    );
  });

  test('not as the original of an envelope, whose own data count', async () => {
    const around = await sealed(transportEnvelope(message, by, enclosing(receipt, '')));
    expect(readMessage(around)).toMatchObject({ kind: 'envelope', certification: { tipo: 'posta-certificata' } });
  });

  test('not as an enclosed message in what somebody signed', async () => {
    const inner = enclosing(receipt, '');
    const header = joinFields([headerField('Message-ID', '<a@b>'), headerField('X-Ricevuta', 'avvenuta-consegna')]);
    const forged = await sealed({ ...anomalyEnvelope(ordinary, by, dialog), header, content: inner });
    expect(told(readMessage(forged))).toBe('anomaly: incoming/malformed daticert.xml');
  });

  test('not under X-Trasporto, whatever else is written beside it', () => {
    const dressed = (mark: string) => told(readMessage(changed(receipt, 'X-Ricevuta', `${mark}\r\nX-Ricevuta`)));
    expect(dressed('X-Trasporto: posta-certificata')).toBe('anomaly: incoming/malformed X-Trasporto');
    expect(dressed('X-Trasporto: errore')).toBe('anomaly');
  });

  test('not when its mark names another type, or its data stand there twice', () => {
    expect(told(readMessage(changed(receipt, 'X-Ricevuta: avvenuta-consegna', 'X-Ricevuta: accettazione')))).toBe(
      'anomaly: incoming/malformed X-Ricevuta',
    );
    const [data = ''] =
      /--=_mixed_\w+\r\nContent-Type: application\/xml[^]*?(?=--=_mixed)/.exec(receipt.toString('latin1')) ?? [];
    expect(told(readMessage(changed(receipt, data, data + data)))).toBe('anomaly: incoming/malformed daticert.xml');
  });
});

describe('whatever the bytes are', () => {
  const kinds = ['envelope', 'receipt', 'notice', 'anomaly', 'plain'];
  const position = fc.nat({ max: 4000 });
  const edit = fc.tuple(
    position,
    fc.nat({ max: 80 }),
    fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...words())),
  );
  function words(): Uint8Array[] {
    return ['\r\n\r\n', '--', 'multipart/signed', 'Content-Type:', 'boundary=""', '<oggetto>', ']]>'].map((word) =>
      Buffer.from(word),
    );
  }

  /** Cuts and inserts, one after the other. */
  function edited(bytes: Buffer, edits: readonly [number, number, Uint8Array][]): Buffer {
    return edits.reduce(
      (done, [from, cut, piece]) => Buffer.concat([done.subarray(0, from), piece, done.subarray(from + cut)]),
      bytes,
    );
  }

  // @rule READING-SORTS
  test('they are one of the five, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(kinds).toContain(readMessage(Buffer.from(bytes)).kind);
      }),
    );
  });

  test('so are real messages in which anything was cut, changed or added; the incoming point judges them all', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(edit, { minLength: 1, maxLength: 4 }), (enveloped, edits) => {
        const bytes = edited(enveloped ? envelope : receipt, edits);
        expect(kinds).toContain(readMessage(bytes).kind);
        judgeIncoming(bytes, message.mittente, providers.known, at);
      }),
      { numRuns: 1000 },
    );
  });

  test('certification data in which anything was changed are read or refused', async () => {
    const { content } = transportEnvelope(message, by, postacert());
    const [, base64 = ''] = /daticert\.xml"\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(content.toString('latin1')) ?? [];
    const xml = Buffer.from(base64, 'base64');
    const found = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 1100 }), fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 3 })), {
          minLength: 1,
          maxLength: 2,
        }),
        (edits) => {
          const other = edited(xml, edits)
            .toString('base64')
            .replace(/.{1,76}/g, '$&\r\n');
          const reading = readMessage(changed(envelope, base64, other));
          found.add(reading.kind);
          expect(['envelope', 'anomaly']).toContain(reading.kind);
        },
      ),
      { numRuns: 500 },
    );
    expect([...found].toSorted()).toEqual(['anomaly', 'envelope']);
  });

  test('forty mebibytes of malice take no more memory than is promised, nor more than some seconds of work', () => {
    const root = new URL('../../..', import.meta.url).pathname;
    const program = new URL('../test/hostile-messages.ts', import.meta.url).pathname;
    const hooks = ['--conditions=@recapito/source', '--import', './tools/typescript-hooks.mjs'];
    const { read, grownMebibytes, slowestSeconds } = JSON.parse(
      execFileSync(process.execPath, [...hooks, program], { cwd: root }).toString(),
    ) as { read: Record<string, string>; grownMebibytes: number; slowestSeconds: number };
    expect(new Set(Object.values(read))).toEqual(new Set(['anomaly', 'plain']));
    expect(Object.keys(read)).toHaveLength(14);
    expect(grownMebibytes).toBeLessThan(2 * 40 + 64);
    expect(slowestSeconds).toBeLessThan(20);
  });
});
