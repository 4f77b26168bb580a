import { isRefusal, localPart, parseCertifiedAddress, parseCodiceFiscale, parseRomeDay } from '@recapito/primitives';
import type { Candidate } from './cohort-row.ts';

/** Stands for the load of a row whose move was rebuilt from its fact after a restore. */
export const planAgain = '00000000-0000-0000-0000-000000000000';

/** What the fact of a planned move says of its row. */
export interface PlannedRow {
  readonly person: {
    readonly codiceFiscale: string;
    readonly cognome: string;
    readonly nome: string;
    readonly sesso: 'M' | 'F';
    readonly dataNascita: string;
    readonly comuneNascita: string;
    readonly emailOrdinaria?: string | undefined;
    readonly cellulare?: string | undefined;
    readonly indirizzo?: string | undefined;
  };
  readonly recognition: { readonly office: string; readonly operator: string; readonly date: string };
  readonly source: { readonly address: string };
}

/** The candidate of a planned move, as `judgeRow` made it; undefined when this release would not plan it. */
export function plannedAgain({ person, recognition, source }: PlannedRow): Candidate | undefined {
  const codiceFiscale = parseCodiceFiscale(person.codiceFiscale);
  const dataNascita = parseRomeDay(person.dataNascita);
  const casella = parseCertifiedAddress(source.address);
  const date = parseRomeDay(recognition.date);
  const base = localPart(person.nome, person.cognome);
  if (isRefusal(codiceFiscale) || isRefusal(dataNascita) || isRefusal(casella) || isRefusal(date) || isRefusal(base))
    return undefined;
  const { cognome, nome, sesso, comuneNascita, emailOrdinaria, cellulare, indirizzo } = person;
  const { office, operator } = recognition;
  return {
    codiceFiscale,
    cognome,
    nome,
    sesso,
    dataNascita,
    comuneNascita,
    ...(emailOrdinaria === undefined ? {} : { emailOrdinaria }),
    ...(cellulare === undefined ? {} : { cellulare }),
    ...(indirizzo === undefined ? {} : { indirizzo }),
    casella,
    recognition: { office, operator, date },
    base,
  };
}
