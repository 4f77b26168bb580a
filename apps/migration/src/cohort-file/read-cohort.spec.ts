import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NotACohort, readCohort } from './read-cohort.ts';

const folder = mkdtempSync(join(tmpdir(), 'coorte-'));
const header =
  'codice_fiscale,cognome,nome,sesso,data_nascita,comune_nascita,casella_inps,sede_riconoscimento,operatore_riconoscimento,data_riconoscimento';

async function read(content: string | Buffer) {
  const path = join(folder, 'coorte.csv');
  writeFileSync(path, content);
  const rows = [];
  for await (const row of readCohort(path)) rows.push(row);
  return rows;
}

async function refusalOf(content: string | Buffer): Promise<string | undefined> {
  return read(content).then(
    () => undefined,
    (error: unknown) => (error instanceof NotACohort ? error.refusal.refused : String(error)),
  );
}

describe('a cohort file', () => {
  test('is read with or without a byte order mark, and blanks around cells are taken off', async () => {
    for (const mark of ['', '\uFEFF']) {
      const [row] = await read(`${mark}${header}\r\nRSSMRA80A01H501U, Rossi ,Nicolò,M\r\n`);
      expect(row).toMatchObject({
        line: 2,
        surplus: 0,
        cells: { codice_fiscale: 'RSSMRA80A01H501U', cognome: 'Rossi', nome: 'Nicolò', sesso: 'M', indirizzo: '' },
      });
    }
  });

  test('names the physical line on which each record starts, also after quoted line breaks and empty lines', async () => {
    const rows = await read(`${header}\nA,"Ros\nsi",x\n\n\nB,"D'Angelo, detto ""Nico""",y\r\nC,z,w`);
    expect(rows.map(({ line, cells }) => [line, cells.codice_fiscale])).toEqual([
      [2, 'A'],
      [6, 'B'],
      [7, 'C'],
    ]);
    expect(rows[1]?.cells.cognome).toBe(`D'Angelo, detto "Nico"`);
  });

  test('keeps a quotation mark that stands inside a cell, and takes off those round one', async () => {
    const [row, other] = await read(`${header}\nA,Via "Garibaldi" 3, "Rossi, detto ""Nico""" ,"Via "G" 3"\nB,"x" y,z`);
    expect(row?.cells).toMatchObject({
      cognome: 'Via "Garibaldi" 3',
      nome: 'Rossi, detto "Nico"',
      sesso: 'Via "G" 3',
    });
    expect(other?.cells).toMatchObject({ codice_fiscale: 'B', cognome: '"x" y', nome: 'z' });
  });

  // @rule COHORT-QUOTES
  test('loses nobody to a quotation mark left open: each line that it joins is a row at fault', async () => {
    const person = (code: string, office: string) =>
      `${code},Rossi,Mario,M,1980-01-01,H501,box,${office},op,2009-12-01`;
    const rows = await read(
      [
        header,
        person('A', 'Roma'),
        person('B', '"Roma'),
        person('C', 'Roma'),
        person('D', '"Roma"'),
        person('E', 'Roma'),
      ].join('\n'),
    );
    expect(rows.map(({ line, torn = false, cells }) => [line, torn, cells.codice_fiscale])).toEqual([
      [2, false, 'A'],
      [3, true, ''],
      [4, true, 'C'],
      [5, true, 'D'],
      [6, false, 'E'],
    ]);
  });

  test('may have a cell of several lines in its last column', async () => {
    const rows = await read(`${header},indirizzo\n${'x,'.repeat(10)}"Via Roma 1\n00100 Roma"\n${'y,'.repeat(10)}z\n`);
    expect(rows.map(({ line, torn, cells }) => [line, torn, cells.indirizzo])).toEqual([
      [2, undefined, 'Via Roma 1\n00100 Roma'],
      [4, undefined, 'z'],
    ]);
  });

  // @rule COHORT-QUOTES
  test('whose quotation marks never close names the line on which they open, and gathers no whole file', async () => {
    const messageOf = (content: string) => read(content).then(String, (error: unknown) => String(error));
    expect(await messageOf(`${header}\nA,x\n\n\nB,"Rossi,x\nC,y,z\n`)).toContain('on line 5 ');
    expect(await messageOf(`${header}\nA,"x\n${'B,y,z\n'.repeat(300_000)}`)).toContain('on line 2 ');
  });

  test('tells how many cells of a row have no column', async () => {
    const [row] = await read(`${header}\n${'x,'.repeat(11)}x\n`);
    expect(row?.surplus).toBe(2);
  });

  // @rule COHORT-FILE
  test.each<[string, string | Buffer, string]>([
    ['is empty', '', 'cohort/empty'],
    ['has a header and nothing else', `${header}\n`, 'cohort/empty'],
    ['has another header', 'nome,cognome\nMario,Rossi\n', 'cohort/wrong-header'],
    ['is written in another encoding', Buffer.from(`${header}\nA,Cossù,x\n`, 'latin1'), 'cohort/not-text'],
    ['is written in UTF-16', Buffer.from(`${header}\nA,Cossu,x\n`, 'utf16le'), 'cohort/not-text'],
    ['has a NUL byte in a cell', `${header}\nA,Co\0ssu,x\n`, 'cohort/not-text'],
    [
      'breaks off inside a character',
      Buffer.concat([Buffer.from(`${header}\nA,Coss`), Buffer.from([0xc3])]),
      'cohort/not-text',
    ],
    ['has quotation marks that never close', `${header}\nA,"Rossi,x\nB,y,z\n`, 'cohort/not-csv'],
    ['is no text at all', Buffer.from([0x50, 0x4b, 0x03, 0x04, 0xff, 0xfe]), 'cohort/not-text'],
  ])('that %s is refused whole', async (_, content, code) => {
    expect(await refusalOf(content)).toBe(code);
  });

  test('that does not exist is a fault, not a refusal', async () => {
    await expect(readCohort(join(folder, 'none.csv')).next()).rejects.toThrow(/ENOENT/);
  });
});
