import type { Instant, RomeDay } from '@recapito/primitives';

export type CampaignState = 'proposed' | 'running' | 'closed';

export type CampaignCommand = 'open' | 'close';

/** What may become of a campaign: `from -> { command: to }`. A command that is missing is refused in that state. */
export const campaignTable: Readonly<Record<CampaignState, Partial<Record<CampaignCommand, CampaignState>>>> = {
  proposed: { open: 'running' },
  running: { close: 'closed' },
  closed: {},
};

/** A campaign as its programme describes it. */
export interface CampaignPlan {
  readonly id: string;
  readonly programme: string;
  readonly source: { readonly service: string; readonly domain: string };
  readonly target: { readonly service: string; readonly domain: string };
  /** The bound, exclusive: 2010-09-15T22:00:00Z for the move of 2010. */
  readonly until: Instant;
  readonly adultAt: number;
  /** The first day on which anybody can have been recognised for the source; null when the programme does not say. */
  readonly recognisedFrom: RomeDay | null;
}

/** A campaign as it stands. */
export interface Campaign extends CampaignPlan {
  readonly state: CampaignState;
  readonly sequence: number;
  /** Rows accepted so far, over all loads. */
  readonly accepted: number;
}
