import { describe, expect, test } from '@jest/globals';
import { after, isRefusal, parseInstant } from '@recapito/primitives';
import { readPaIndex, withKeptBodies } from './pa-index.ts';
import type { PaIndex } from './pa-index.ts';

function list(text: string | Buffer): PaIndex {
  const read = readPaIndex(text);
  if (isRefusal(read)) throw new Error(read.words.en);
  return read;
}

describe('the list of certified addresses, one in a row', () => {
  const rows = (text: string) => `cod_amm,mail,tipo_mail\n${text}`;

  // @rule PA-INDEX-EXACT
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

  // @rule PA-INDEX-WHOLE
  test.each([
    [
      'a file that is cut off',
      file(row('c_1', 'a@pec.uno.example', 'pec')) + row('c_2', 'b@pec.due.example').slice(0, 20),
      3,
    ],
    ['columns of something else', 'nome,cognome\nMaria,Rossi\n', 2],
    ['an address between no columns of its kind', 'cod_amm,mail\nc_1,a@pec.comune.example\n', 2],
  ])('is refused whole: %s', (_, text, line) => {
    expect(readPaIndex(text)).toMatchObject({
      refused: 'pa-index/malformed',
      rule: 'PA-INDEX-WHOLE',
      details: { line },
      words: { it: `L’elenco delle pubbliche amministrazioni non è leggibile alla riga ${line}.` },
    });
  });

  const good = row('c_1', 'a@pec.uno.example', 'pec');
  // @rule PA-INDEX-ROWS
  test.each([
    ['a body without a code', row('', 'b@pec.due.example', 'pec'), null, 'body'],
    ['a certified address that is malformed', row('c_2', 'b@pec', 'pec'), 'c_2', 'address'],
    [
      'one malformed address beside a good one',
      row('c_2', 'b@pec.due.example', 'pec', 'b@@x', 'pec'),
      'c_2',
      'address',
    ],
    ['an address without a kind', row('c_2', 'b@pec.due.example'), 'c_2', 'kind'],
    ['a kind without an address', row('c_2', 'null', 'pec'), 'c_2', 'kind'],
    ['a row of another length', `${row('c_2', 'b@pec.due.example', 'pec')}\taltro`, 'c_2', 'length'],
  ])('is used without the one row: %s', (_, faulty, body, fault) => {
    const index = list(file(good, faulty, row('c_3', 'c@pec.tre.example', 'pec')));
    expect([...index.bodies]).toEqual(['c_1', 'c_3']);
    expect(index.leftOut).toEqual([{ line: 3, body, fault }]);
  });

  test('loses to an unclosed quotation mark its own row and no other', () => {
    const today = [
      'Codice_IPA,Denominazione_ente,Mail1,Tipo_Mail1',
      'c_1,Uno,a@pec.uno.example,Pec',
      'c_2,"Due,b@pec.due.example,Pec',
      'c_3,Tre,c@pec.tre.example,Pec',
      'c_4,"Quattro, Comune di",d@pec.quattro.example,Pec',
      '',
    ].join('\r\n');
    const index = list(today);
    expect([...index.bodies]).toEqual(['c_1', 'c_3', 'c_4']);
    expect(index.leftOut).toEqual([{ line: 3, body: 'c_2', fault: 'length' }]);
  });

  const rows = (count: number) =>
    Array.from({ length: count }, (_, n) => row(`g_${n}`, `g${n}@pec.ente.example`, 'pec'));
  const broken = (count: number) => Array.from({ length: count }, (_, n) => row(`b_${n}`, 'senza chiocciola', 'pec'));

  // @rule PA-INDEX-WHOLE
  test.each([
    [10, 1, true],
    [11, 1, false],
    [11, 1_089, true],
    [11, 1_088, false],
  ])('with %i faulty rows beside %i others is used: %s', (faulty, others, used) => {
    const read = readPaIndex(file(...rows(others), ...broken(faulty)));
    expect(isRefusal(read)).toBe(!used);
    if (isRefusal(read)) expect(read.details).toEqual({ line: others + 2, faulty });
  });

  test.each([file(), file(row('c_1', 'info@uno.example', 'altro')), ''])(
    'is not used when it lets nobody in',
    (text) => {
      expect(readPaIndex(text)).toMatchObject({ refused: 'pa-index/empty' });
    },
  );
});

describe('a body whose row cannot be read', () => {
  const day = 24 * 3_600_000;
  const monday = parseInstant('2026-11-23T06:00:00Z');
  const text = (second: string) => `cod_amm,mail,tipo_mail\nc_1,a@pec.uno.example,pec\n${second}\n`;
  const good = list(text('c_2,b@pec.due.example,pec'));
  const bad = list(text('c_2,b@pec,pec'));

  // @rule PA-INDEX-KEPT
  test('keeps its last good addresses for thirty days, counted from the last good reading', () => {
    const tuesday = withKeptBodies(bad, { list: good, readAt: monday }, after(monday, day));
    expect(tuesday.has('B@pec.due.example')).toBe(true);
    expect(tuesday.bodies).toEqual(new Set(['c_1', 'c_2']));
    expect(tuesday.kept.get('c_2')).toEqual({ addresses: ['b@pec.due.example'], goodAt: monday });
    const last = withKeptBodies(bad, { list: tuesday, readAt: after(monday, day) }, after(monday, 30 * day - 1));
    expect(last.has('b@pec.due.example')).toBe(true);
    const over = withKeptBodies(bad, { list: last, readAt: after(monday, 30 * day - 1) }, after(monday, 30 * day));
    expect(over.has('b@pec.due.example')).toBe(false);
    expect(over.kept.size).toBe(0);
  });

  test('has none when none was ever read', () => {
    expect(withKeptBodies(bad, null, monday).bodies).toEqual(new Set(['c_1']));
  });

  test('loses the earlier ones as soon as its row can be read again', () => {
    const kept = withKeptBodies(bad, { list: good, readAt: monday }, after(monday, day));
    const moved = list(text('c_2,nuovo@pec.due.example,pec'));
    const read = withKeptBodies(moved, { list: kept, readAt: after(monday, day) }, after(monday, 2 * day));
    expect([...(read.byBody.get('c_2') ?? [])]).toEqual(['nuovo@pec.due.example']);
  });

  test('that has other rows keeps the earlier addresses beside those that can be read', () => {
    const several = list('cod_amm,mail,tipo_mail\nc_1,a@pec.uno.example,pec\nc_1,b@pec.uno.example,pec\n');
    const oneBad = list('cod_amm,mail,tipo_mail\nc_1,c@pec.uno.example,pec\nc_1,b pec,pec\n');
    const read = withKeptBodies(oneBad, { list: several, readAt: monday }, after(monday, day));
    expect([...(read.byBody.get('c_1') ?? [])]).toEqual([
      'c@pec.uno.example',
      'a@pec.uno.example',
      'b@pec.uno.example',
    ]);
  });
});
