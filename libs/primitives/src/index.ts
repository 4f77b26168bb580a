export { invisibleIn, trimBlanks } from './blanks.ts';
export * from './certified-address.ts';
export {
  addDays,
  addMonths,
  atRomeTime,
  dayOf,
  formatRome,
  localDate,
  localTime,
  monthsLaterBound,
  offsetAt,
  parseRomeDay,
  romeDay,
  startOfDay,
} from './civil-time.ts';
export type { RomeDay } from './civil-time.ts';
export * from './codice-fiscale.ts';
export type { NumericCodiceFiscale } from './codice-fiscale-numeric.ts';
export { nameCode, surnameCode, verifyCodiceFiscale } from './codice-fiscale-person.ts';
export type { EncodedPerson, PersonPart, PersonalData, Sex } from './codice-fiscale-person.ts';
export * from './ids.ts';
export * from './instant.ts';
export * from './mailbox-states.ts';
export * from './name-to-address.ts';
export * from './reason-line.ts';
export * from './refusal.ts';
export * from './sorted-json.ts';
export * from './state-table.ts';
export type { Window } from './window.ts';
