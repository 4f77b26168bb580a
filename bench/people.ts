import type { DataOf } from '@recapito/contracts';
import { movePlanned } from '@recapito/contracts';
import {
  addDays,
  certifiedAddress,
  checkLetter,
  derivedId,
  nameCode,
  parseInstant,
  romeDay,
  surnameCode,
} from '@recapito/primitives';

type Person = DataOf<typeof movePlanned>['person'];

const surnames = ['Rossi', 'Bianchi', 'Verdi', 'Neri', 'Gallo', 'Conti', 'Greco', 'Fontana', 'Riva', 'Serra', 'Villa'];
const names = { M: ['Mario', 'Luca', 'Paolo', 'Andrea', 'Marco'], F: ['Anna', 'Giulia', 'Laura', 'Elena', 'Sara'] };
const birthplaces = ['H501', 'F205', 'L219', 'F839', 'G273', 'A944', 'D612'];
const months = 'ABCDEHLMPRST';

/** A fictional person, the same for the same number, with a codice fiscale that agrees with them and is theirs alone. */
export function person(nth: number): Person {
  const pick = <Item>(items: readonly Item[], from: number): Item => {
    const item = items[from % items.length];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
  const sesso = nth % 2 === 0 ? 'M' : 'F';
  const [cognome, nome] = [pick(surnames, nth), pick(names[sesso], nth >> 1)];
  // One day of birth for each number: no two people share their first fifteen characters.
  const dataNascita = addDays(romeDay('1930-01-01'), nth % 22_000);
  const comuneNascita = pick(birthplaces, Math.floor(nth / 22_000));
  const day = Number(dataNascita.slice(8, 10)) + (sesso === 'F' ? 40 : 0);
  const encoded = [
    surnameCode(cognome),
    nameCode(nome),
    dataNascita.slice(2, 4),
    months.charAt(Number(dataNascita.slice(5, 7)) - 1),
    String(day).padStart(2, '0'),
    comuneNascita,
  ].join('');
  return {
    codiceFiscale: encoded + checkLetter(encoded),
    cognome,
    nome,
    sesso,
    dataNascita,
    comuneNascita,
    cellulare: `3${String(nth).padStart(9, '0')}`,
    indirizzo: `Via delle Misure ${nth}, 00100 Roma`,
  };
}

/** The box that the person has in the INPS trial. */
export function inpsAddress({ codiceFiscale }: Person): string {
  return `${codiceFiscale.toLowerCase()}@inpspec.gov.it`;
}

const until = parseInstant('2010-09-15T22:00:00Z');

/** What migration says when the person is to move. */
export function plannedMove(nth: number): DataOf<typeof movePlanned> {
  const who = person(nth);
  return {
    move: derivedId('bench-move', who.codiceFiscale),
    campaign: 'inps-2010',
    holder: derivedId('bench-holder', who.codiceFiscale),
    row: nth,
    person: who,
    recognition: { origin: 'inps', office: 'INPS Roma Centro', operator: 'OP-17', date: '2010-03-10' },
    source: { service: 'inps-trial', address: certifiedAddress(inpsAddress(who)) },
    target: { service: 'cec-pac', domain: 'postacertificata.gov.it' },
    until,
  };
}

const columns =
  'codice_fiscale,cognome,nome,sesso,data_nascita,comune_nascita,casella_inps,sede_riconoscimento,operatore_riconoscimento,data_riconoscimento,email_ordinaria,cellulare,indirizzo';

/** A cohort file of `rows` people. */
export function cohortCsv(rows: number): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const who = person(index + 1);
    const { codiceFiscale, cognome, nome, sesso, dataNascita, comuneNascita, cellulare, indirizzo } = who;
    const known = [codiceFiscale, cognome, nome, sesso, dataNascita, comuneNascita, inpsAddress(who)];
    return [...known, 'INPS Roma Centro', 'OP-17', '2010-03-10', '', cellulare, `"${indirizzo}"`].join(',');
  });
  return [columns, ...lines, ''].join('\n');
}
