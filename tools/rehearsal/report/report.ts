import type { MailFigures } from './mail-figures.ts';

/** `report.json`: what a run did. Instants are RFC 3339 in UTC; lists are in the order of the codice fiscale. */
export interface Report extends MailFigures {
  /** `rows = accepted + rejected + unchanged`. */
  readonly cohort: {
    readonly rows: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly unchanged: number;
  };
  /** `planned = completed + lapsed + refused`; announced is whoever's announcement arrived, whatever came after. */
  readonly moves: {
    readonly planned: number;
    readonly announced: number;
    readonly completed: number;
    readonly lapsed: number;
    readonly refused: number;
  };
  readonly addresses: readonly ReportedAddress[];
  /** Hours from confirmation to new box, of the slowest. */
  readonly sla: { readonly worstHours: number };
  /** Records between services that could not be taken and about which nobody has decided. */
  readonly deadLetters: number;
  readonly trace: {
    readonly entries: number;
    readonly treeSize: number;
    readonly rootHash: string;
    readonly verified: boolean;
  };
  /** How often each service was started again. */
  readonly restarts: Readonly<Record<string, number>>;
  readonly seconds: Readonly<Record<string, number>>;
}

export interface ReportedAddress {
  readonly codiceFiscale: string;
  readonly from: string;
  readonly to: string | null;
  readonly state: 'completed' | 'lapsed' | 'refused';
  readonly completedAt: string | null;
}

/** A run against its promises: one sentence for each that was broken, in Italian, for the person who started it. */
export function brokenPromises(report: Report, late: number): string[] {
  const { cohort, moves, mail, notices, trace } = report;
  const broken: string[] = [];
  const promise = (kept: boolean, words: string) => {
    if (!kept) broken.push(words);
  };
  promise(cohort.rows === cohort.accepted + cohort.rejected + cohort.unchanged, 'le righe della coorte non tornano');
  promise(
    moves.planned === moves.completed + moves.lapsed + moves.refused,
    `${moves.planned - moves.completed - moves.lapsed - moves.refused} migrazioni non hanno avuto un esito`,
  );
  promise(late === 0, `${late} caselle attivate oltre le 24 ore dalla conferma`);
  promise(mail.withoutFinalReceipt === 0, `${mail.withoutFinalReceipt} destinatari certificati senza esito`);
  promise(notices.failed === 0, `${notices.failed} avvisi certificati non recapitati`);
  promise(report.deadLetters === 0, `${report.deadLetters} messaggi tra servizi messi da parte`);
  promise(trace.verified, 'il registro esportato non supera la verifica');
  return broken;
}
