import type { Instant, RomeDay, StateTable } from '@recapito/primitives';

/** `closed`: its bound has passed and every move has ended. */
export const campaignStates = ['proposed', 'running', 'closed'] as const;
export type CampaignState = (typeof campaignStates)[number];

export const campaignCommands = ['open', 'close'] as const;
export type CampaignCommand = (typeof campaignCommands)[number];

/**
 * From each state, where each command leads; null where it is refused.
 * @rule CAMPAIGN-STATES
 */
export const campaignLife: StateTable<CampaignState, CampaignCommand> = {
  proposed: { open: 'running', close: null },
  running: { open: 'running', close: 'closed' },
  closed: { open: null, close: null },
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
