import type { Report, ReportedAddress } from '../tools/rehearsal/report/report.ts';

const old = (codiceFiscale: string) => `${codiceFiscale.toLowerCase()}@inpspec.gov.it`;

function completed(codiceFiscale: string, name: string, completedAt: string): ReportedAddress {
  const to = `${name}@postacertificata.gov.it`;
  return { codiceFiscale, from: old(codiceFiscale), to, state: 'completed', completedAt };
}

function lapsed(codiceFiscale: string, name: string): ReportedAddress {
  const to = `${name}@postacertificata.gov.it`;
  return { codiceFiscale, from: old(codiceFiscale), to, state: 'lapsed', completedAt: null };
}

/**
 * What becomes of the people of `every-behaviour.csv`, whatever falls over meanwhile. The days are those that seed 1
 * draws; the hours are the next provisioning run (12:30 and 18:30 in Rome, 00:30 for who confirmed in the last
 * millisecond). Homonyms have their numbers in the order of the rows: 2, 3 and 6 of the file, 5 and 16.
 */
export const addresses: readonly ReportedAddress[] = [
  completed('BNCNNA85T71F205P', 'anna.bianchi', '2010-09-03T10:30:00.000Z'),
  lapsed('BRNGSI54E27L424J', 'giosue.barone'),
  lapsed('BRNNMR39C46A662V', 'annamaria.bernardi'),
  lapsed('CPPMTN51S42D969S', 'martina.coppola'),
  completed('CRSMIA37B65L219G', 'mia.caruso', '2010-09-03T16:30:00.000Z'),
  lapsed('DLCGFR75L15A944D', 'gianfranco.deluca'),
  completed('DNGNCL66B28L219O', 'nicolo.dangelo2', '2010-08-25T16:30:00.000Z'),
  completed('DNGNCL88M09F839W', 'nicolo.dangelo', '2010-09-15T22:30:00.000Z'),
  lapsed('FNTNNA76R60F158K', 'anna.fontana'),
  lapsed('MRTGLI63C55F839A', 'giulia.martini'),
  lapsed('NGRGFR88M27L219Q', 'gianfranco.negri'),
  completed('RSSMRA70A01F205V', 'mario.rossi2', '2010-08-30T16:30:00.000Z'),
  completed('RSSMRA80A01H501U', 'mario.rossi', '2010-08-10T10:30:00.000Z'),
  completed('RSSMRA80A01H50MM', 'mario.rossi3', '2010-08-07T10:30:00.000Z'),
  completed('SPSTRSRRCQUFUPVK', 'teresa.esposito', '2010-09-02T16:30:00.000Z'),
];

/** The first load: sixteen rows, one of them with a day that does not exist. */
export const firstLoad: Report['cohort'] = { rows: 16, accepted: 15, rejected: 1, unchanged: 0 };

/** What two runs of the same people and the same seed have in common, however disturbed one of them was. */
export type Comparable = Pick<Report, 'moves' | 'addresses' | 'sla' | 'notices' | 'mail' | 'deadLetters'>;

export const expected: Comparable = {
  moves: { planned: 15, announced: 15, completed: 8, lapsed: 7, refused: 0 },
  addresses,
  // Who confirms at ten in the morning waits until half past twelve, the longest wait of all.
  sla: { worstHours: 2.5 },
  // An announcement each, and a welcome to those who moved.
  notices: { sent: 23, delivered: 23, failed: 0 },
  // The notices; seven letters from old boxes (ultimo_minuto writes none) and eight from new ones. Each is accepted,
  // taken in charge and delivered.
  mail: { messages: 38, receipts: 114, withoutFinalReceipt: 0 },
  deadLetters: 0,
};

export function comparable({ moves, addresses: reached, sla, notices, mail, deadLetters }: Report): Comparable {
  return { moves, addresses: reached, sla, notices, mail, deadLetters };
}
