import {
  announcementAsked,
  campaignClosed,
  moveCompleted,
  moveLapsed,
  moveRefused,
  switchAsked,
} from '@recapito/contracts';
import type { EventDefinition } from '@recapito/contracts';
import { append } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { campaignLife } from '../domain/campaign.ts';
import { nextStep } from '../domain/move.ts';
import type { MoveFacts, NextStep } from '../domain/move.ts';
import { lockCampaign, updateCampaign } from '../persistence/campaign.store.ts';
import { countByState, countOpenMoves, saveFacts, lockMove } from '../persistence/move.store.ts';
import type { Tx } from '../persistence/transaction.ts';

type KeptMove = NonNullable<Awaited<ReturnType<typeof lockMove>>>;

/** What somebody said of one move: how its set of facts grows. */
export interface HeardFact {
  readonly move: string;
  readonly hear: (facts: MoveFacts) => MoveFacts;
}

/**
 * Adds a fact to a move and states what follows from the set. A fact of a move that is not ours is passed over: other
 * campaigns share the topics. The instant `at` dates what we state, the facts keep their own.
 */
export async function followFact(tx: Tx, { move: id, hear }: HeardFact, at: Instant): Promise<void> {
  const move = await lockMove(tx, id);
  if (move === null) return;
  const wasOpen = move.facts.ended === undefined;
  let facts = hear(move.facts);
  let { sequence } = move;
  for (let next = nextStep(facts); next !== null; next = nextStep(facts)) {
    sequence += 1;
    const statement = statementOf(move, facts, next);
    await append(tx, statement.event, { key: move.baseKey, sequence, time: at, data: statement.data });
    facts = statement.facts;
  }
  await saveFacts(tx, id, facts, sequence);
  if (wasOpen && facts.ended !== undefined) await closeWhenDone(tx, move.campaign, at);
}

/** A step as the fact that states it, and the set with that fact in it. */
interface Statement {
  readonly event: EventDefinition;
  readonly data: object;
  readonly facts: MoveFacts;
}

function statementOf(move: KeptMove, facts: MoveFacts, next: NextStep): Statement {
  const about = { move: move.id, campaign: move.campaign, holder: move.holder };
  const boxes = { from: move.fromAddress, to: facts.reserved?.address ?? null };
  switch (next.step) {
    case 'ask-announcement': {
      const { enrolment, generation, until, to } = next;
      return {
        event: announcementAsked,
        data: { ...about, enrolment, generation, until, from: move.fromAddress, to, userId: to },
        facts: { ...facts, announcementAsked: { generation } },
      };
    }
    case 'ask-switch': {
      const { confirmedAt, dueAt } = next;
      return {
        event: switchAsked,
        data: { ...about, confirmedAt, dueAt },
        facts: { ...facts, switchAsked: { dueAt } },
      };
    }
    case 'complete': {
      const { confirmedAt, completedAt, late } = next;
      return {
        event: moveCompleted,
        data: { ...about, ...boxes, confirmedAt, completedAt, late },
        facts: { ...facts, ended: 'completed' },
      };
    }
    case 'lapse':
      return { event: moveLapsed, data: { ...about, ...boxes }, facts: { ...facts, ended: 'lapsed' } };
    case 'refuse': {
      const { refused, rule, words } = next.refusal;
      return {
        event: moveRefused,
        data: { ...about, ...boxes, refusal: { refused, rule, words } },
        facts: { ...facts, ended: 'refused' },
      };
    }
  }
}

/** The last move that ends after the bound closes the campaign. Moves lock first, so two last ones cannot miss it. */
async function closeWhenDone(tx: Tx, id: string, at: Instant): Promise<void> {
  const campaign = await lockCampaign(tx, id);
  const state = campaign && campaignLife[campaign.state].close;
  if (!campaign || !state || at < campaign.until || (await countOpenMoves(tx, id)) > 0) return;
  const counts = await countByState(tx, id);
  const sequence = campaign.sequence + 1;
  await updateCampaign(tx, id, { state, sequence });
  await append(tx, campaignClosed, {
    key: id,
    sequence,
    time: at,
    data: {
      campaign: id,
      completed: counts.get('completed') ?? 0,
      lapsed: counts.get('lapsed') ?? 0,
      refused: counts.get('refused') ?? 0,
    },
  });
}
