import { append } from '@recapito/messaging';
import type { EventDefinition } from '@recapito/contracts';
import { instant } from '@recapito/primitives';
import type { CodiceFiscale, Instant } from '@recapito/primitives';
import type { Tx } from './tx.ts';

/** Who a holder is, as the cohort or the counter said it. */
export interface Person {
  readonly codiceFiscale: CodiceFiscale;
  readonly cognome: string;
  readonly nome: string;
  readonly sesso: 'M' | 'F';
  readonly dataNascita: string;
  readonly comuneNascita: string;
  readonly emailOrdinaria: string | null;
  readonly cellulare: string | null;
  readonly indirizzo: string | null;
}

/** Keeps a person unless they are known already. @returns whether they were new. */
export async function addHolder(tx: Tx, id: string, person: Person, at: Instant): Promise<boolean> {
  const added = await tx.holder.createMany({
    data: [{ id, ...person, registeredAt: new Date(at) }],
    skipDuplicates: true,
  });
  return added.count === 1;
}

/** Waits for every other change to this holder to end. @returns false when nobody has this id. */
export async function lockHolder(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM holder WHERE id = ${id}::uuid FOR UPDATE`;
  return rows.length === 1;
}

/**
 * Tells a fact of a holder on the topic of its definition, as the next of their life. The number comes from the
 * holder's row, which this locks. `again` as in `append`.
 */
export async function tellOfHolder<Data extends { holder: string }>(
  tx: Tx,
  definition: EventDefinition<Data>,
  time: Instant,
  data: Data,
  { again = false }: { readonly again?: boolean } = {},
): Promise<void> {
  const [row] = await tx.$queryRaw<{ sequence: number }[]>`
    UPDATE holder SET sequence = sequence + 1 WHERE id = ${data.holder}::uuid RETURNING sequence`;
  if (row === undefined) throw new Error(`a fact of holder ${data.holder}, whom nobody registered`);
  await append(tx, definition, { key: data.holder, sequence: row.sequence, time, data, again });
}

/** Who looked a holder in the face, and where this was said. */
export interface RecognitionEvidence {
  readonly id: string;
  readonly holder: string;
  readonly move: string;
  readonly origin: string;
  readonly office: string;
  readonly operator: string;
  readonly date: string;
  readonly level: 'consistent';
}

/** Keeps evidence once. @returns whether it was new. */
export async function addRecognition(tx: Tx, evidence: RecognitionEvidence, at: Instant): Promise<boolean> {
  const { holder, ...rest } = evidence;
  const added = await tx.recognition.createMany({
    data: [{ ...rest, holderId: holder, recordedAt: new Date(at) }],
    skipDuplicates: true,
  });
  return added.count === 1;
}

/** A holder with the addresses by which they sign in. */
export interface KnownHolder extends Person {
  readonly id: string;
  readonly registeredAt: Instant;
  readonly addresses: readonly string[];
}

/** Who a holder is; null when nobody has this id. */
export async function findHolder(tx: Tx, id: string): Promise<KnownHolder | null> {
  const holder = await tx.holder.findUnique({ where: { id } });
  if (holder === null) return null;
  const addresses = await tx.loginAddress.findMany({ where: { holderId: id }, orderBy: { address: 'asc' } });
  return {
    id,
    codiceFiscale: holder.codiceFiscale as CodiceFiscale,
    cognome: holder.cognome,
    nome: holder.nome,
    sesso: holder.sesso as Person['sesso'],
    dataNascita: holder.dataNascita,
    comuneNascita: holder.comuneNascita,
    emailOrdinaria: holder.emailOrdinaria,
    cellulare: holder.cellulare,
    indirizzo: holder.indirizzo,
    registeredAt: instant(holder.registeredAt.getTime()),
    addresses: addresses.map(({ address }) => address),
  };
}
