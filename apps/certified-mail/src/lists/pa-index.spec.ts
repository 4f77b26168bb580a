import { describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import { readPaIndex } from './pa-index.ts';
import type { PaIndex } from './pa-index.ts';

function list(text: string | Buffer): PaIndex {
  const read = readPaIndex(text);
  if (isRefusal(read)) throw new Error(read.words.en);
  return read;
}

describe('the list of certified addresses, one in a row', () => {
  const rows = (text: string) => `cod_amm,mail,tipo_mail\n${text}`;

  test('is matched without regard to case, and only by its certified addresses', () => {
    const index = list(rows('istsc,MNIS00100X@pec.istruzione.it,pec\nistsc,mnis00100x@istruzione.it,altro\n'));
    expect(index.has('mnis00100x@PEC.istruzione.it')).toBe(true);
    expect(index.has('mnis00100x@istruzione.it')).toBe(false);
    expect(index.has('mnis00100x@pec.istruzione.it.example')).toBe(false);
    expect(index.size).toBe(1);
  });

  test('is read with the spaces and tabs of the public file, too', () => {
    const index = list('cod_amm\tDescrizione\tMail\tTipo Mail\nc_1\tL’"ente\tA@PEC.ENTE.EXAMPLE\tcecpac\n');
    expect(index.has('a@pec.ente.example')).toBe(true);
  });
});

describe('the file of all bodies, with five addresses in a row', () => {
  const names = [
    'cod_amm',
    'des_amm',
    'Comune',
    'Cf',
    ...[1, 2, 3, 4, 5].flatMap((n) => [`mail${n}`, `tipo_mail${n}`]),
  ];
  const row = (code: string, ...mails: string[]) =>
    [
      code,
      'Comune "di Prova',
      'Prova',
      '00000000000',
      ...Array.from({ length: 10 }, (_, n) => mails[n] ?? 'null'),
    ].join('\t');
  const file = (...rows: string[]) => [names.join('\t'), ...rows, ''].join('\n');

  test('gives each of its certified addresses, and leaves out null and the others', () => {
    const index = list(
      file(
        row('c_1', 'PROTOCOLLO@PEC.UNO.EXAMPLE', 'pec', 'info@uno.example', 'altro', 'anagrafe@pec.uno.example', 'pec'),
        row('c_2', 'null', 'null', 'uno@cecpac.example', 'cecpac'),
        row('c_3', 'info@tre.example', 'altro', 'nessuno', 'altro'),
      ),
    );
    const certified = ['protocollo@pec.uno.example', 'anagrafe@pec.uno.example', 'uno@cecpac.example'];
    expect(certified.filter((address) => !index.has(address))).toEqual([]);
    expect(index.has('info@uno.example')).toBe(false);
    expect(index.size).toBe(3);
    expect([...index.bodies]).toEqual(['c_1', 'c_2']);
  });

  test('is read under the names of today, between commas, with a byte order mark and in Latin letters of old', () => {
    const today =
      '\uFEFFCodice_IPA,Denominazione_ente,Mail1,Tipo_Mail1\nc_1,"Prova, Comune di",a@pec.uno.example,Pec\n';
    expect(list(today).has('a@pec.uno.example')).toBe(true);
    expect(list(Buffer.from(file(row('c_è', 'a@pec.uno.example', 'pec')), 'latin1')).bodies.has('c_è')).toBe(true);
  });

  test.each([
    [
      'a row that was cut',
      file(row('c_1', 'a@pec.uno.example', 'pec')) + row('c_2', 'b@pec.due.example').slice(0, 20),
      3,
    ],
    ['a body without a code', file(row('c_1', 'a@pec.uno.example', 'pec'), row('', 'b@pec.due.example', 'pec')), 3],
    ['a certified address that is none', file(row('c_1', 'a@pec', 'pec')), 2],
    ['an address without a kind', file(row('c_1', 'a@pec.uno.example')), 2],
    ['a kind without an address', file(row('c_1', 'null', 'pec')), 2],
    ['columns of something else', 'nome,cognome\nMaria,Rossi\n', 2],
    ['an address between no columns of its kind', 'cod_amm,mail\nc_1,a@pec.comune.example\n', 2],
  ])('is used whole or not at all: %s', (_, text, line) => {
    expect(readPaIndex(text)).toMatchObject({
      refused: 'pa-index/malformed',
      rule: 'PA-INDEX-WHOLE',
      details: { line },
      words: { it: `L’elenco delle pubbliche amministrazioni non è leggibile alla riga ${line}.` },
    });
  });

  test.each([file(), file(row('c_1', 'info@uno.example', 'altro')), ''])(
    'is not used when it lets nobody in',
    (text) => {
      expect(readPaIndex(text)).toMatchObject({ refused: 'pa-index/empty' });
    },
  );
});
