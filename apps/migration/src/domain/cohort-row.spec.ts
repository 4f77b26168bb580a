import { parseInstant, romeDay } from '@recapito/primitives';
import { describe, expect, test } from '@jest/globals';
import { judgeRow } from './cohort-row.ts';
import type { CohortRow, Fault } from './cohort-row.ts';

const rules = {
  at: parseInstant('2010-08-02T07:00:00Z'),
  sourceDomain: 'inpspec.gov.it',
  adultAt: 18,
  recognisedFrom: romeDay('2000-01-01'),
};

const mario: CohortRow['cells'] = {
  codice_fiscale: 'RSSMRA80A01H501U',
  cognome: 'Rossi',
  nome: 'Mario',
  sesso: 'M',
  data_nascita: '1980-01-01',
  comune_nascita: 'H501',
  casella_inps: 'rssmra80a01h501u@INPSPEC.gov.it',
  sede_riconoscimento: 'INPS Roma',
  operatore_riconoscimento: 'OP0001',
  data_riconoscimento: '2010-01-15',
  email_ordinaria: 'mario@posta.example',
  cellulare: '+39 300 0000001',
  indirizzo: '',
};

const judge = (changed: Partial<CohortRow['cells']>, surplus = 0) =>
  judgeRow({ cells: { ...mario, ...changed }, surplus }, rules);
const faults = (changed: Partial<CohortRow['cells']>, surplus = 0) =>
  (judge(changed, surplus) as Fault[]).map(({ campo, codice }) => `${campo}: ${codice}`);

describe('a row of the cohort', () => {
  test('that is sound becomes a candidate, with the box in lower case and without empty contacts', () => {
    expect(judge({})).toEqual({
      codiceFiscale: 'RSSMRA80A01H501U',
      cognome: 'Rossi',
      nome: 'Mario',
      sesso: 'M',
      dataNascita: '1980-01-01',
      comuneNascita: 'H501',
      emailOrdinaria: 'mario@posta.example',
      cellulare: '+39 300 0000001',
      casella: 'rssmra80a01h501u@inpspec.gov.it',
      recognition: { office: 'INPS Roma', operator: 'OP0001', date: '2010-01-15' },
      base: 'mario.rossi',
    });
  });

  // @rule INPS-BOX-OWN
  test('may carry a code with omocodia, and the box is then named by that very code', () => {
    const omocode = 'RSSMRA80A01H50MM';
    expect(judge({ codice_fiscale: omocode, casella_inps: `${omocode}@inpspec.gov.it` })).toMatchObject({
      codiceFiscale: omocode,
    });
    expect(faults({ codice_fiscale: omocode })).toEqual(['casella_inps: casella-non-sua']);
  });

  // @rule COHORT-ROW COHORT-DATES INPS-BOX-OWN
  test.each<[string, Partial<CohortRow['cells']>, string[]]>([
    [
      'lacks obligatory cells: one fault for each',
      { cognome: '', sede_riconoscimento: '' },
      ['cognome: campo-mancante', 'sede_riconoscimento: campo-mancante'],
    ],
    ['names a day that no calendar has', { data_nascita: '1980-02-30' }, ['data_nascita: data-impossibile']],
    ['names a day in another form', { data_riconoscimento: '15/01/2010' }, ['data_riconoscimento: data-impossibile']],
    [
      'names a day that has not come, by the suite clock in Rome',
      { data_riconoscimento: '2010-08-03' },
      ['data_riconoscimento: data-futura'],
    ],
    ['was born in a year with two digits', { data_nascita: '0080-01-01' }, ['data_nascita: data-impossibile']],
    ['was born 116 years ago', { data_nascita: '1894-08-02' }, ['data_nascita: data-impossibile']],
    [
      'was recognised as a child',
      { data_nascita: '1985-01-01', data_riconoscimento: '2002-12-31' },
      ['data_riconoscimento: data-impossibile', 'codice_fiscale: cf-incoerente'],
    ],
    [
      'was recognised before anybody was, by the campaign',
      { data_nascita: '1970-01-01', data_riconoscimento: '1999-12-31' },
      ['data_riconoscimento: data-impossibile', 'codice_fiscale: cf-incoerente'],
    ],
    [
      'has nothing to read in an obligatory cell',
      { sede_riconoscimento: '—', operatore_riconoscimento: '\u200E' },
      [
        'sede_riconoscimento: campo-mancante',
        'operatore_riconoscimento: campo-mancante',
        'operatore_riconoscimento: carattere-invisibile',
      ],
    ],
    ['hides a character in a name', { cognome: 'Ros\u200Esi' }, ['cognome: carattere-invisibile']],
    [
      'has a line break in a name',
      { sede_riconoscimento: 'INPS\nRoma' },
      ['sede_riconoscimento: carattere-invisibile'],
    ],
    [
      'has a letter that no address can have',
      { nome: 'Μario' },
      ['codice_fiscale: cf-incoerente', 'nome: nome-non-indirizzabile'],
    ],
    ['has a code with a wrong check letter', { codice_fiscale: 'RSSMRA80A01H501A' }, ['codice_fiscale: cf-non-valido']],
    ['has a code that disagrees with the person', { nome: 'Carlo' }, ['codice_fiscale: cf-incoerente']],
    ['has a sex that is neither M nor F', { sesso: 'X' }, ['sesso: cf-incoerente']],
    [
      'names somebody else’s box',
      { casella_inps: 'bncnna85t71f205p@inpspec.gov.it' },
      ['casella_inps: casella-non-sua'],
    ],
    [
      'has a courtesy address that is none',
      { email_ordinaria: 'mario at posta' },
      ['email_ordinaria: recapito-non-valido'],
    ],
    ['has a mobile number with letters', { cellulare: 'tre' }, ['cellulare: recapito-non-valido']],
  ])('%s', (_, changed, expected) => {
    expect(faults(changed)).toEqual(expected);
  });

  // @rule COHORT-ROW
  test('with more cells than columns is told so, and its other faults too', () => {
    expect(faults({ operatore_riconoscimento: '' }, 2)).toEqual([
      ': campi-in-eccesso',
      'operatore_riconoscimento: campo-mancante',
    ]);
  });

  // @rule PEC-ADULTS
  test('of a person who turns eighteen tomorrow is refused, and today accepted', () => {
    const young = (code: string, day: string) =>
      judge({
        codice_fiscale: code,
        data_nascita: day,
        casella_inps: `${code}@inpspec.gov.it`,
        data_riconoscimento: '2010-08-02',
      });
    expect(young('RSSMRA92M03H501W', '1992-08-03')).toMatchObject([{ campo: 'data_nascita', codice: 'minorenne' }]);
    expect(young('RSSMRA92M02H501U', '1992-08-02')).toMatchObject({ base: 'mario.rossi' });
  });

  // @rule COHORT-DATES
  test('may have been recognised on the eighteenth birthday, and may be 115 years old today', () => {
    expect(judge({ data_riconoscimento: '2000-01-01' })).toMatchObject({ base: 'mario.rossi' });
    expect(faults({ data_nascita: '1895-08-02' })).toEqual(['codice_fiscale: cf-incoerente']);
  });

  test('may have an address on two lines', () => {
    expect(judge({ indirizzo: 'Via delle Prove 1\n00100 Roma' })).toMatchObject({ base: 'mario.rossi' });
  });

  test('that a quotation mark joins to others is refused', () => {
    expect(judgeRow({ cells: mario, surplus: 0, torn: true }, rules)).toMatchObject([
      { codice: 'virgolette-non-chiuse' },
    ]);
  });

  test('with a name that leaves nothing for an address is refused', () => {
    expect(faults({ nome: '明' })).toContain('nome: nome-non-indirizzabile');
  });
});
