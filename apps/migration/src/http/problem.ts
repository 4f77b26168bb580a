import type { CampaignRefusal } from '../domain/refusals.ts';

/** The HTTP status of each refusal of a campaign; whatever is wrong with an uploaded file is 422. */
export function statusOf(code: string): number {
  switch (code as CampaignRefusal['refused']) {
    case 'campaign/unknown':
    case 'load/unknown':
      return 404;
    case 'campaign/wrong-state':
    case 'campaign/window-ended':
    case 'load/another-file':
      return 409;
    case 'campaign/unknown-programme':
      return 422;
    default:
      return 422;
  }
}
