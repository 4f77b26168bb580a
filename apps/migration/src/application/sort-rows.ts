import type { Instant } from '@recapito/primitives';
import type { Campaign } from '../domain/campaign.ts';
import { judgeRow } from '../domain/cohort-row.ts';
import type { Candidate, Fault } from '../domain/cohort-row.ts';
import { planAgain } from '../domain/planned-again.ts';
import type { NumberedRow } from '../cohort-file/read-cohort.ts';
import { fingerprintOf } from '../persistence/load.store.ts';
import type { RejectedRow } from '../persistence/load.store.ts';
import { knownRows } from '../persistence/move.store.ts';
import type { Tx } from '../persistence/transaction.ts';

/** A row that will be moved. */
export interface AcceptedRow {
  readonly line: number;
  readonly candidate: Candidate;
  readonly fingerprint: string;
}

/** Some rows of a cohort, each in its place. */
export interface SortedRows {
  readonly accepted: readonly AcceptedRow[];
  readonly rejected: readonly RejectedRow[];
  /** Persons whom the campaign holds as they are, from an earlier load. */
  readonly unchanged: readonly string[];
  /** Persons who were accepted from this file before a restore, and planned again from their facts. */
  readonly planned: readonly string[];
}

/** Whom this reading of the file has met already. */
export type Met = Map<string, { fingerprint: string; load: string }>;

/**
 * Judges rows against the rules, against the campaign and against each other. The first sound row of a person counts;
 * a second one in the same file is refused, equal or not; one that an earlier load brought with the same meaning is
 * unchanged, with another meaning refused.
 * @param met persons of this file in earlier chunks, for a dry run: a load remembers them in the campaign.
 * @rule COHORT-ONCE
 */
export async function sortRows(
  tx: Tx,
  campaign: Campaign,
  load: string,
  rows: readonly NumberedRow[],
  at: Instant,
  met: Met = new Map(),
): Promise<SortedRows> {
  const { adultAt, recognisedFrom } = campaign;
  const rules = { at, sourceDomain: campaign.source.domain, adultAt, recognisedFrom };
  const judged = rows.map((row) => ({ row, verdict: judgeRow(row, rules) }));
  const codes = judged.flatMap(({ verdict }) => ('codiceFiscale' in verdict ? [verdict.codiceFiscale] : []));
  const known = new Map([...(await knownRows(tx, campaign.id, codes)), ...met]);
  const accepted: AcceptedRow[] = [];
  const rejected: RejectedRow[] = [];
  const unchanged: string[] = [];
  const planned: string[] = [];
  for (const { row, verdict } of judged) {
    if (!('codiceFiscale' in verdict)) {
      rejected.push({ line: row.line, cells: row.cells, faults: verdict });
      continue;
    }
    const fingerprint = fingerprintOf(verdict);
    const code = verdict.codiceFiscale;
    const before = known.get(code);
    if (before?.load === load || (before && before.fingerprint !== fingerprint)) {
      rejected.push({ line: row.line, cells: row.cells, faults: [alreadyThere(before.load === load)] });
      continue;
    }
    if (before === undefined) accepted.push({ line: row.line, candidate: verdict, fingerprint });
    else (before.load === planAgain ? planned : unchanged).push(code);
    known.set(code, { fingerprint, load });
    met.set(code, { fingerprint, load });
  }
  return { accepted, rejected, unchanged, planned };
}

function alreadyThere(inThisFile: boolean): Fault {
  return {
    campo: 'codice_fiscale',
    codice: 'gia-presente',
    messaggio: inThisFile
      ? 'La persona compare già in una riga precedente di questo file.'
      : 'La persona è già nella campagna con altri dati.',
  };
}
