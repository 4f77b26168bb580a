import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { EnrolmentState } from '../../domain/enrolment.ts';
import { Prisma } from '../generated/client.ts';
import type { Tx } from '../tx.ts';

/** What an operator looks for: one person by a unique name of theirs, or those whose name begins so. */
export type HolderSearch =
  | { readonly by: 'codice-fiscale'; readonly codiceFiscale: string }
  | { readonly by: 'address'; readonly address: string }
  | { readonly by: 'name'; readonly name: string; readonly after: FoundKey | undefined };

/** Where a page of names ends. */
export interface FoundKey {
  /** The name in the order in which it was found. */
  readonly form: string;
  readonly id: string;
}

/** A holder as a search shows them. */
export interface FoundHolder extends FoundKey {
  readonly codiceFiscale: string;
  readonly cognome: string;
  readonly nome: string;
  readonly dataNascita: string;
  readonly comuneNascita: string;
  readonly addresses: readonly string[];
  /** The one that was opened last. */
  readonly enrolment: FoundEnrolment | null;
}

interface FoundEnrolment {
  readonly id: string;
  readonly campaign: string;
  readonly state: EnrolmentState;
  readonly until: Instant;
}

/** Those who are found, by name, at most `limit`. */
export async function findHolders(tx: Tx, search: HolderSearch, limit: number): Promise<FoundHolder[]> {
  const rows = await tx.$queryRaw<FoundRow[]>(holdersFound(search, limit));
  return rows.map(({ enrolment, campaign, state, until, ...holder }) => ({
    ...holder,
    enrolment:
      enrolment === null || campaign === null || state === null || until === null
        ? null
        : { id: enrolment, campaign, state, until: instant(until.getTime()) },
  }));
}

interface FoundRow extends Omit<FoundHolder, 'enrolment'> {
  readonly enrolment: string | null;
  readonly campaign: string | null;
  readonly state: EnrolmentState | null;
  readonly until: Date | null;
}

/** The statement of a search. */
export function holdersFound(search: HolderSearch, limit: number): Prisma.Sql {
  return Prisma.sql`
    SELECT found.form, h.id::text, h.codice_fiscale AS "codiceFiscale", h.cognome, h.nome,
           h.data_nascita AS "dataNascita", h.comune_nascita AS "comuneNascita",
           ARRAY(SELECT address FROM login_address WHERE holder_id = h.id ORDER BY address) AS addresses,
           e.id::text AS enrolment, e.campaign, e.state, e.until
    FROM (${keysOf(search, limit)}) AS found JOIN holder h ON h.id = found.id
    LEFT JOIN LATERAL (
      SELECT * FROM enrolment WHERE holder_id = h.id ORDER BY opened_at DESC, id LIMIT 1
    ) AS e ON true
    ORDER BY found.form, found.id`;
}

function keysOf(search: HolderSearch, limit: number): Prisma.Sql {
  switch (search.by) {
    case 'codice-fiscale':
      return Prisma.sql`SELECT '' AS form, id FROM holder WHERE codice_fiscale = ${search.codiceFiscale}`;
    case 'address':
      return Prisma.sql`
        SELECT '' AS form, h.id FROM login_address a JOIN holder h ON h.id = a.holder_id
        WHERE a.address = ${search.address}`;
    case 'name':
      return keysByName(search.name, search.after, limit);
  }
}

const surnameFirst = Prisma.sql`name_form(cognome || nome) COLLATE "C"`;
const nameFirst = Prisma.sql`name_form(nome || cognome) COLLATE "C"`;
const nobody: FoundKey = { form: '', id: '00000000-0000-0000-0000-000000000000' };

/**
 * One range of each index, in order, no further than the page. Who is found by both orders is taken by the first.
 * @rule HOLDER-SEARCH
 */
function keysByName(name: string, after: FoundKey = nobody, limit: number): Prisma.Sql {
  const beginsSo = (form: Prisma.Sql) =>
    Prisma.sql`${form} >= name_form(${name}) AND ${form} < name_form(${name}) || chr(1114111)`;
  const range = (form: Prisma.Sql, but: Prisma.Sql) => Prisma.sql`
    SELECT ${form} AS form, id FROM holder
    WHERE ${beginsSo(form)} AND (${form}, id) > (${after.form}, ${after.id}::uuid) ${but}
    ORDER BY ${form}, id LIMIT ${limit}`;
  return Prisma.sql`
    SELECT form, id FROM (
      (${range(surnameFirst, Prisma.empty)})
      UNION ALL
      (${range(nameFirst, Prisma.sql`AND NOT (${beginsSo(surnameFirst)})`)})
    ) AS either ORDER BY form COLLATE "C", id LIMIT ${limit}`;
}
