import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { readMessage } from '@recapito/rfc6109';
import { root } from '@recapito/servers';
import { checkCorpus, corpusStage, run, unverifiedIn } from './stage.ts';
import type { CorpusStage, Entry } from './stage.ts';

const dtd = join(root, 'libs', 'rfc6109', 'daticert.dtd');
let stage: CorpusStage;
let manifest: Entry[];

beforeAll(async () => {
  stage = await corpusStage();
  ({ manifest } = stage);
});
afterAll(() => stage.remove());

const briefDelivery = 'avvenuta-consegna breve false';
const values = <Key extends keyof Entry>(key: Key) => new Set(manifest.map((entry) => entry[key]));

describe('npm run corpus', () => {
  test('writes the messages, the manifest and the authority, and nothing else', () => {
    const files = manifest.map(({ file }) => file);
    expect(readdirSync(stage.corpus).toSorted()).toEqual([...files, 'ca.pem', 'manifest.json'].toSorted());
    expect(files.every((file) => file.endsWith('.eml'))).toBe(true);
  });

  test('says of each message what the manifest is to say, absent values as null', () => {
    const keys =
      'file kind tipo errore ricevuta mittente destinatari consegna oggetto identificativo msgid data copia'.split(' ');
    for (const entry of manifest) expect(Object.keys(entry)).toEqual(keys);
    expect(manifest.every(({ data }) => /^\d{4}(-\d\d){2}T\d\d(:\d\d){2}\+0[12]:00$/.test(data))).toBe(true);
  });

  test('has every kind, form, number of recipients and error that there can be', () => {
    expect(values('kind')).toEqual(
      new Set([
        'accettazione',
        'anomalia',
        'avvenuta-consegna',
        'errore-consegna',
        'errore-consegna-virus',
        'non-accettazione',
        'non-accettazione-virus',
        'posta-certificata',
        'preavviso-12h',
        'preavviso-24h',
        'presa-in-carico',
        'rilevazione-virus',
      ]),
    );
    const withErrors = new Set(manifest.map(({ tipo, errore }) => `${tipo} ${errore}`));
    expect(withErrors).toEqual(
      new Set([
        'accettazione nessuno',
        'avvenuta-consegna nessuno',
        'errore-consegna altro',
        'errore-consegna no-dest',
        'errore-consegna no-dominio',
        'errore-consegna virus',
        'non-accettazione altro',
        'non-accettazione virus',
        'null null',
        'posta-certificata nessuno',
        'preavviso-errore-consegna altro',
        'presa-in-carico nessuno',
        'rilevazione-virus virus',
      ]),
    );
    for (const kind of ['posta-certificata', 'avvenuta-consegna']) {
      const forms = manifest.filter((entry) => entry.kind === kind).map(({ ricevuta }) => ricevuta);
      expect(new Set(forms)).toEqual(new Set(['completa', 'breve', 'sintetica']));
    }
    expect(new Set(manifest.map(({ destinatari }) => destinatari.length))).toEqual(new Set([1, 50]));
    expect(values('copia')).toEqual(new Set([false, true]));
  });

  test('has messages without Message-ID and subject, with a subject beyond ASCII, with S/MIME inside', () => {
    expect(values('msgid')).toContain(null);
    expect(values('oggetto').size).toBe(3);
    expect([...values('oggetto')].filter((oggetto) => oggetto !== null && /[^ -~]/.test(oggetto))).toHaveLength(1);
    const envelopes = manifest.filter(({ kind }) => kind === 'posta-certificata').map((entry) => stage.bytesOf(entry));
    expect(envelopes.some((bytes) => bytes.includes('smime-type=enveloped-data'))).toBe(true);
    expect(envelopes.some((bytes) => bytes.includes('boundary="firma"'))).toBe(true);
  });

  test('has messages to ordinary recipients alone, between domains in A-labels, and accepted by another provider', () => {
    const about = (sought: (entry: Entry) => boolean) => new Set(manifest.filter(sought).map(({ kind }) => kind));
    const ordinary = about(({ destinatari }) => destinatari.every(({ tipo }) => tipo === 'esterno'));
    expect(ordinary).toEqual(new Set(['accettazione', 'non-accettazione', 'posta-certificata', 'anomalia']));
    const labelled = ({ mittente, destinatari }: Entry) =>
      mittente === 'mario.rossi@posta.xn--citt-3na.example' &&
      destinatari.every(({ indirizzo }) => indirizzo === 'ufficio1@pec.xn--forl-tpa.example');
    expect(about(labelled)).toEqual(values('kind'));
    const elsewhere = about(({ identificativo }) => identificativo?.endsWith('@posta.terzogestore.example') === true);
    expect(elsewhere).toEqual(new Set(['avvenuta-consegna', 'errore-consegna']));
  });

  test('sends 8-bit texts in 7 bits and keeps what an author has signed, as it keeps all that is no certified mail', () => {
    const eightBit = (kind: string, signed: boolean) =>
      manifest
        .filter((entry) => entry.kind === kind && stage.bytesOf(entry).includes('boundary="firma"') === signed)
        .map((entry) => stage.bytesOf(entry).includes('perché'));
    expect(new Set(eightBit('anomalia', false))).toEqual(new Set([true, false]));
    expect(new Set(eightBit('posta-certificata', false))).toEqual(new Set([false]));
    expect(new Set(eightBit('posta-certificata', true))).toEqual(new Set([true]));
  });

  test('has brief receipts with hashes of contents, and one with hashes of what was transmitted', () => {
    const brief = manifest.filter(({ kind, ricevuta, copia }) => `${kind} ${ricevuta} ${copia}` === briefDelivery);
    const says = (words: string) =>
      brief.filter((entry) => stage.bytesOf(entry).toString('latin1').replaceAll('=\r\n', '').includes(words)).length;
    expect(says('calcolata sulla parte cos=EC come =E8 stata trasmessa')).toBe(1);
    expect(says('calcolata sul contenuto decodificato')).toBe(brief.length - 1);
    expect(brief.length).toBeGreaterThan(1);
  });

  test('is the same each time but for keys and signatures', async () => {
    expect(await stage.npmRunCorpus('again', '--small')).toMatchObject({ code: 0 });
    const again = join(stage.folder, 'again');
    expect(JSON.parse(readFileSync(join(again, 'manifest.json'), 'utf8'))).toEqual(manifest);
    const unsigned = (bytes: Buffer) => bytes.toString('latin1').split('smime.p7s', 1)[0];
    const same = manifest.filter((entry) => {
      const first = unsigned(stage.bytesOf(entry));
      return first === unsigned(readFileSync(join(again, entry.file)));
    });
    // An author's own signature is new as well, and with it what encloses it.
    const enclosing = manifest.filter((entry) => stage.bytesOf(entry).includes('boundary="firma"'));
    expect(enclosing.length).toBeGreaterThan(0);
    expect(same).toEqual(manifest.filter((entry) => !enclosing.includes(entry)));
  });

  test('has both nights of the clocks, with twelve hours that are elapsed time', () => {
    const twelve = manifest.filter(({ kind }) => kind === 'preavviso-12h').map(({ data }) => data);
    expect(twelve).toEqual(expect.arrayContaining(['2015-03-29T09:00:00+02:00', '2014-10-26T07:00:00+01:00']));
    const delivered = manifest.filter(({ kind }) => kind === 'avvenuta-consegna').map(({ data }) => data);
    expect(delivered).toEqual(expect.arrayContaining(['2015-03-29T03:00:00+02:00', '2014-10-26T02:00:00+01:00']));
  });
});

describe('npm run corpus ends with 2 and a reason, and writes nothing,', () => {
  test.each([
    ['when no folder is named', [], 'the folder is missing'],
    ['when two are', ['a', 'b'], 'one folder is written'],
    ['when it does not know an option', ['--grande'], 'Unknown option'],
    ['when the folder is not empty', ['full'], 'is not empty'],
    ['when the folder is a file', ['full/file'], 'cannot be written'],
    ['when the folder cannot be made', ['full/file/corpus'], 'cannot be written'],
  ])('%s', async (_, words, reason) => {
    mkdirSync(join(stage.folder, 'full'), { recursive: true });
    writeFileSync(join(stage.folder, 'full', 'file'), 'x');
    const { code, errors } = await stage.npmRunCorpus(...words);
    expect([code, errors]).toEqual([2, expect.stringContaining(reason)]);
    expect(readdirSync(stage.folder)).not.toContain('a');
    expect(readdirSync(join(stage.folder, 'full'))).toEqual(['file']);
    expect(readFileSync(join(stage.folder, 'full', 'file'), 'utf8')).toBe('x');
  });

  test('and with 0 when it only says how it is used', async () => {
    expect(await stage.npmRunCorpus('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('manifest.json'),
    });
  });
});

describe('Python', () => {
  test('finds in every message what the manifest says', () => {
    expect(checkCorpus(stage.corpus)).toEqual({
      code: 0,
      out: `${manifest.length} messages, 0 disagreements\n`,
      errors: '',
    });
  });
});

describe('openssl', () => {
  test('verifies every message with ca.pem', () => {
    expect(unverifiedIn(stage.corpus)).toEqual([]);
  });

  test('verifies what the author signed in a complete receipt, and no longer in a brief one', () => {
    const verdicts = ['completa', 'breve'].map((form) => {
      const receipt = manifest.find(
        (entry) =>
          entry.kind === 'avvenuta-consegna' &&
          entry.ricevuta === form &&
          !entry.copia &&
          stage.bytesOf(entry).includes('boundary="firma"'),
      );
      if (!receipt) throw new Error(`the corpus has no ${form} receipt of a signed message`);
      const reading = readMessage(stage.bytesOf(receipt));
      const original = reading.kind === 'receipt' ? reading.original : null;
      writeFileSync(join(stage.folder, 'original.eml'), original ?? '');
      return run('openssl', ['cms', '-verify', '-CAfile', 'ca.pem', '-in', '../original.eml'], stage.corpus).code;
    });
    expect(verdicts[0]).toBe(0);
    expect(verdicts[1]).not.toBe(0);
  });
});

describe('xmllint', () => {
  test('finds the certification data of every message valid by the DTD', () => {
    const data = join(stage.folder, 'daticert');
    mkdirSync(data);
    expect(checkCorpus(stage.corpus, '--daticert', data).code).toBe(0);
    const files = readdirSync(data);
    expect(files).toHaveLength(manifest.filter(({ kind }) => kind !== 'anomalia').length);
    expect(run('xmllint', ['--nonet', '--noout', '--dtdvalid', dtd, ...files], data)).toMatchObject({ code: 0 });
  });
});

describe('our own reader', () => {
  const readAs: Record<string, string> = {
    accettazione: 'receipt',
    'non-accettazione': 'notice',
    'non-accettazione-virus': 'notice',
    'posta-certificata': 'envelope',
    'presa-in-carico': 'receipt',
    'avvenuta-consegna': 'receipt',
    'errore-consegna': 'notice',
    'errore-consegna-virus': 'notice',
    'preavviso-12h': 'notice',
    'preavviso-24h': 'notice',
    'rilevazione-virus': 'notice',
    anomalia: 'anomaly',
  };

  test('takes every message for what it is, and reads in it what the manifest says', () => {
    for (const entry of manifest) {
      const { file, tipo, errore, ricevuta, mittente, destinatari, consegna, oggetto, identificativo, msgid } = entry;
      const reading = readMessage(stage.bytesOf(entry));
      expect([file, reading.kind]).toEqual([file, readAs[entry.kind]]);
      if (!('certification' in reading)) continue;
      const said = { tipo, errore, ricevuta, mittente, destinatari, consegna, oggetto, identificativo, msgid };
      expect([file, reading.certification]).toMatchObject([file, { ...said, at: parseInstant(entry.data) }]);
    }
  });
});
