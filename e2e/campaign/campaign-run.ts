import { join } from 'node:path';
import type { Outcome } from '../../tools/rehearsal/rehearse.ts';
import type { SpecSuite } from '../a-suite.ts';
import type { SecondLoad } from '../second-load.ts';

/** A campaign of the people of these specs that has run to its end, disturbed or not. */
export interface CampaignRun {
  readonly stage: SpecSuite;
  readonly outcome: Outcome;
  /** The same cohort loaded again, while people moved. */
  readonly second: SecondLoad;
}

/** A message that somebody saved from their boxes. @param name `annuncio.eml` or `benvenuto.eml` */
export function saved({ stage }: CampaignRun, codiceFiscale: string, name: string): string {
  return join(stage.savedFolder, codiceFiscale, name);
}
