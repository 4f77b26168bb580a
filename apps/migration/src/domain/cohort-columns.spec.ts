import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { columns, readHeader } from './cohort-columns.ts';

describe('the header of a cohort', () => {
  test('may name the columns in any order, with blanks around them', () => {
    const header = columns.toReversed().map((name) => ` ${name} `);
    expect(readHeader(header)).toEqual(new Map(columns.toReversed().map((name, index) => [name, index])));
  });

  test('is described column by column for whoever makes such a file', () => {
    const page = readFileSync(new URL('../../../../programmes/README.md', import.meta.url), 'utf8');
    const section = page.slice(page.indexOf('## The file of a cohort'), page.indexOf('## The scenario'));
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const described = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(described).toEqual(columns);
  });

  test.each([
    [';', 'punto e virgola (;)', 'semicolons (;)'],
    ['\t', 'tabulazione', 'tabs'],
  ])('whose columns are separated by %j is told so by name', (separator, it, en) => {
    const words = {
      it: `Il file non è una coorte: le colonne sono separate da ${it}, e occorre la virgola (,).`,
      en: `The file is not a cohort: its columns are separated by ${en}; commas (,) are needed.`,
    };
    expect(readHeader([columns.join(separator)])).toMatchObject({ refused: 'cohort/wrong-header', words });
    expect(readHeader([columns.map((name) => `"${name}"`).join(separator)])).toMatchObject({ words });
  });

  test('may leave the contacts out', () => {
    const header = columns.filter((name) => !['email_ordinaria', 'cellulare', 'indirizzo'].includes(name));
    expect(readHeader(header)).toBeInstanceOf(Map);
  });

  // @rule COHORT-HEADER
  test('is refused whole, naming every column that is missing, unknown or repeated', () => {
    const header = columns
      .filter((name) => name !== 'cognome')
      .map((name) => (name === 'cellulare' ? 'celulare' : name));
    expect(readHeader([...header, 'nome'])).toEqual({
      refused: 'cohort/wrong-header',
      rule: 'COHORT-HEADER',
      words: {
        it: 'Il file non è una coorte: mancano le colonne cognome; non sono colonne di una coorte: celulare; sono ripetute le colonne nome.',
        en: 'The file is not a cohort: these columns are missing: cognome; these are no columns of a cohort: celulare; these columns are repeated: nome.',
      },
    });
  });
});
