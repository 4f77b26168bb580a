import { dayOf } from '@recapito/primitives';
import type { Instant, RomeDay } from '@recapito/primitives';

/** How far a move is; a state replaces those before it in this list, whatever order the facts come in. */
export const moveStates = ['planned', 'announced', 'confirmed', 'completed', 'lapsed', 'refused'] as const;

export type MoveState = (typeof moveStates)[number];

/** What a campaign is, as it was proposed. */
export interface Campaign {
  readonly id: string;
  readonly programme: string;
  readonly source: string;
  readonly target: string;
  /** The last instant, exclusive, at which a holder may confirm. */
  readonly until: Instant;
}

/** How the rows of the cohort were read: rows = accepted + rejected + unchanged. */
export interface Rows {
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unchanged: number;
}

/** What a fact of the topics changes in the figures. */
export type Change =
  | { readonly kind: 'campaign'; readonly campaign: Campaign }
  | { readonly kind: 'rows'; readonly rows: Rows }
  | { readonly kind: 'move'; readonly move: string; readonly to: MoveState; readonly at: Instant }
  /** A receipt or notice to a sender or the sender's provider, and what else it counts as. */
  | { readonly kind: 'receipt'; readonly figure?: 'messages' | 'delivered' | 'notDelivered' }
  | { readonly kind: 'notice'; readonly figure: 'sent' | 'delivered' | 'failed' };

/** What happened on a day in Rome. */
export interface DayFigures {
  readonly day: RomeDay;
  readonly confirmed: number;
  readonly completed: number;
}

/** The figures of a campaign as its facts come in. Each fact is applied once; facts of different topics come in any order. */
export class CampaignFigures {
  #campaign: Campaign | null = null;
  #rows: Rows | null = null;
  readonly #moves = new Map<string, MoveState>();
  readonly #counts: Record<MoveState, number> = {
    planned: 0,
    announced: 0,
    confirmed: 0,
    completed: 0,
    lapsed: 0,
    refused: 0,
  };
  readonly #days = new Map<RomeDay, { confirmed: number; completed: number }>();
  readonly #mail = { messages: 0, receipts: 0, delivered: 0, notDelivered: 0 };
  readonly #notices = { sent: 0, delivered: 0, failed: 0 };

  apply(change: Change): void {
    switch (change.kind) {
      case 'campaign':
        this.#campaign = change.campaign;
        break;
      case 'rows':
        this.#rows = change.rows;
        break;
      case 'move':
        this.#move(change.move, change.to, change.at);
        break;
      case 'receipt':
        this.#mail.receipts += 1;
        if (change.figure !== undefined) this.#mail[change.figure] += 1;
        break;
      case 'notice':
        this.#notices[change.figure] += 1;
        break;
    }
  }

  get campaign(): Campaign | null {
    return this.#campaign;
  }

  get rows(): Rows | null {
    return this.#rows;
  }

  /** How many moves are in each state at this moment. */
  get moves(): Readonly<Record<MoveState, number>> {
    return { ...this.#counts };
  }

  /** Days on which somebody confirmed or got a box, oldest first. */
  get days(): DayFigures[] {
    return [...this.#days].map(([day, figures]) => ({ day, ...figures })).sort((a, b) => (a.day < b.day ? -1 : 1));
  }

  get mail(): { readonly messages: number; readonly receipts: number; delivered: number; notDelivered: number } {
    return { ...this.#mail };
  }

  /** Certified notices. */
  get notices(): { readonly sent: number; readonly delivered: number; readonly failed: number } {
    return { ...this.#notices };
  }

  #move(move: string, to: MoveState, at: Instant): void {
    const before = this.#moves.get(move);
    if (to === 'confirmed' || to === 'completed') this.#dayOf(at)[to] += 1;
    if (before !== undefined && moveStates.indexOf(before) >= moveStates.indexOf(to)) return;
    if (before !== undefined) this.#counts[before] -= 1;
    this.#counts[to] += 1;
    this.#moves.set(move, to);
  }

  #dayOf(at: Instant): { confirmed: number; completed: number } {
    const day = dayOf(at);
    const known = this.#days.get(day) ?? { confirmed: 0, completed: 0 };
    this.#days.set(day, known);
    return known;
  }
}
