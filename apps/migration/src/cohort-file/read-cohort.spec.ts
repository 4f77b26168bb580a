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

  test('tells how many cells of a row have no column', async () => {
    const [row] = await read(`${header}\n${'x,'.repeat(11)}x\n`);
    expect(row?.surplus).toBe(2);
  });

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
