import type { CohortRefusal } from '../cohort-file/read-cohort.ts';
import type { CampaignRefusal } from '../domain/refusals.ts';

/** Every refusal that leaves migration by HTTP. */
export type MigrationRefusal = CampaignRefusal | CohortRefusal;

/** The HTTP status of each of them. */
export function statusOf(code: MigrationRefusal['refused']): number {
  switch (code) {
    case 'campaign/unknown':
    case 'load/unknown':
      return 404;
    case 'campaign/wrong-state':
    case 'campaign/window-ended':
    case 'load/another-file':
      return 409;
    case 'campaign/unknown-programme':
    case 'cohort/empty':
    case 'cohort/not-text':
    case 'cohort/not-csv':
    case 'cohort/wrong-header':
      return 422;
  }
}
