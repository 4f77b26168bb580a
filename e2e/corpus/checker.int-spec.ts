import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkCorpus, corpusStage, unverifiedIn } from './stage.ts';
import type { CorpusStage, Entry } from './stage.ts';

let stage: CorpusStage;

beforeAll(async () => {
  stage = await corpusStage();
});
afterAll(() => stage.remove());

describe('the checker of the corpus', () => {
  /** One lie about one message each. */
  const lies: [what: string, about: (entry: Entry) => boolean, lie: Partial<Entry>][] = [
    ['tipo of the kind', ({ kind }) => kind === 'accettazione', { kind: 'presa-in-carico' }],
    ['X-VerificaSicurezza', ({ kind }) => kind === 'errore-consegna', { kind: 'errore-consegna-virus' }],
    ['kind in errore-esteso', ({ kind }) => kind === 'preavviso-12h', { kind: 'preavviso-24h' }],
    ['attachments', ({ kind }) => kind === 'anomalia', { kind: 'posta-certificata' }],
    ['tipo', ({ kind }) => kind === 'presa-in-carico', { tipo: 'accettazione' }],
    ['errore', ({ errore }) => errore === 'no-dest', { errore: 'no-dominio' }],
    [
      'ricevuta',
      ({ kind, ricevuta }) => kind === 'posta-certificata' && ricevuta === 'completa',
      { ricevuta: 'breve' },
    ],
    ['mittente', ({ kind }) => kind === 'accettazione', { mittente: 'maria.rossi@postacertificata.example' }],
    ['mittente in From', ({ kind }) => kind === 'anomalia', { mittente: 'maria.rossi@postacertificata.example' }],
    ['destinatari', ({ kind }) => kind === 'non-accettazione', { destinatari: [] }],
    ['consegna', ({ kind }) => kind === 'errore-consegna', { consegna: 'ufficio2@pec.comune.example' }],
    ['oggetto', ({ kind, oggetto }) => kind === 'rilevazione-virus' && oggetto !== null, { oggetto: null }],
    ['identificativo', ({ kind }) => kind === 'presa-in-carico', { identificativo: 'x@posta.gestore.example' }],
    ['msgid', ({ kind, msgid }) => kind === 'accettazione' && msgid === null, { msgid: '<x@client.example>' }],
    ['data', ({ kind }) => kind === 'preavviso-24h', { data: '2014-10-26T02:00:00+02:00' }],
    ['data in the signature', ({ kind }) => kind === 'anomalia', { data: '2014-10-26T02:00:00+02:00' }],
    [
      'the envelope of this message',
      ({ kind, identificativo }) =>
        kind === 'avvenuta-consegna' && identificativo?.endsWith('@posta.terzogestore.example') === true,
      { identificativo: 'pec1.20140714093015.000001@posta.gestore.example' },
    ],
    ['copia', ({ kind, copia }) => kind === 'avvenuta-consegna' && copia, { copia: false }],
  ];

  test('finds each lie in a manifest', () => {
    const lied = structuredClone(stage.manifest);
    const used = new Set<number>();
    const expected = lies.map(([what, about, lie]) => {
      const at = stage.manifest.findIndex((entry, place) => about(entry) && !used.has(place));
      const entry = lied[at];
      if (!entry) throw new Error(`the corpus has no message about which to lie: ${what}`);
      used.add(at);
      Object.assign(entry, lie);
      return `${entry.file}: ${what}: the manifest says`;
    });
    const lying = join(stage.folder, 'lies.json');
    writeFileSync(lying, JSON.stringify(lied));
    const { code, out } = checkCorpus(stage.corpus, '--manifest', lying);
    expect(code).toBe(1);
    for (const line of expected) expect(out).toContain(line);
  });

  test('finds each change of a message', () => {
    const { corpus, manifest, bytesOf } = stage;
    const altered = join(stage.folder, 'altered');
    cpSync(corpus, altered, { recursive: true });
    const alter = (about: (entry: Entry) => boolean, from: string | RegExp, to: string) => {
      const changed = manifest.find((entry) => about(entry) && bytesOf(entry).toString('latin1').search(from) !== -1);
      if (!changed) throw new Error(`no message has ${from}`);
      writeFileSync(join(altered, changed.file), bytesOf(changed).toString('latin1').replace(from, to), 'latin1');
      return changed.file;
    };
    const brief = ({ kind, ricevuta }: Entry) => kind === 'avvenuta-consegna' && ricevuta === 'breve';
    const concise = ({ kind, ricevuta }: Entry) => kind === 'posta-certificata' && ricevuta === 'sintetica';
    const ordinary = ({ kind, destinatari }: Entry) => kind === 'accettazione' && destinatari[0]?.tipo === 'esterno';
    const encoded = (entry: Entry) => brief(entry) && !entry.copia;
    const expected = [
      `${alter(brief, /(filename="domanda.pdf.hash"\r\n\r\n)[0-9a-f]{4}/, '$1dead')}: the brief form:`,
      `${alter(({ kind }) => kind === 'accettazione', /^Date: \w+, \d+/m, 'Date: Mon, 01')}: data in Date:`,
      `${alter(({ kind }) => kind === 'posta-certificata', 'ufficio1@', 'ufficio9@')}: destinatari in To and Cc:`,
      `${alter(({ kind }) => kind === 'presa-in-carico', /alle ore \d\d/, 'alle ore 99')}: data in the text:`,
      `${alter(({ kind }) => kind === 'anomalia', 'multipart/signed', 'multipart/mixed')}: structure:`,
      `${alter(concise, 'perch=C3=A9', 'perche')}: what was submitted, as it travels:`,
      `${alter(ordinary, 'posta ordinaria', 'posta certificata')}: what reaches each recipient:`,
      `${alter(encoded, 'cos=EC come =E8 stata', 'e non')}: what hashes are taken over:`,
      `${alter(({ kind }) => kind === 'preavviso-12h', /boundary="=_signed/, 'boundary="=_altro')}: readable:`,
    ];
    const { code, out } = checkCorpus(altered);
    expect(code).toBe(1);
    for (const line of expected) expect(out).toContain(line);
    // What was changed inside the signature does not verify; headers outside it do.
    const refused = unverifiedIn(altered);
    expect(new Set(refused)).toEqual(new Set([0, 3, 4, 5, 6, 7, 8].map((at) => expected[at]?.split(':', 1)[0])));
  });
});
