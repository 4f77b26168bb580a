import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { approvalLastsMs, fingerprintOf, judgeApproval, judgePersons } from '@recapito/approvals';
import type { ApprovalRefusal } from '@recapito/approvals';
import { currentEpoch } from '@recapito/messaging';
import { after, formatInstant, isRefusal, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { Caller } from '../auth/caller.ts';
import { rehearsalName } from '../auth/operator-names.ts';
import { OperatorPermissions } from '../auth/operator-permissions.ts';
import { SystemClock } from '../clock/system-clock.ts';
import { Database } from '@recapito/database';
import { answer } from '../http/answer.ts';
import { statusOf } from '../http/statuses.ts';
import type { PrismaClientLike, Tx } from '@recapito/database';
import { addApproval, findApproval, findGiven, findWaiting, useApproval } from './approval.store.ts';
import type { ApprovalRow } from './approval.store.ts';
import type { ApprovalView } from './approval-view.ts';
import type { ActInHand } from './act-in-hand.ts';

/** How long what an approval has opened stays open to its two persons, in milliseconds of the system clock. */
const opensForMs = 3_600_000;

/** An act that two persons do together. */
export interface TwoPersonAct<Client extends PrismaClientLike, Refused extends Refusal = never> {
  /** What it is called, as `open-campaign`. */
  readonly act: string;
  /** All that decides what the act does, as JSON without secrets: the second person approves this and nothing else. */
  readonly command: Readonly<Record<string, unknown>>;
  /** The state of what it is about, locked where it can change; or why the act makes no sense now. */
  readonly stateOf: (tx: Tx<Client>) => Promise<string | Refused>;
}

/**
 * Acts of two persons. Who comes without an approval asks for one; who comes with the id of a request approves it, and the act
 * is done in the transaction that uses the approval up. Whether both persons still may is asked at that moment. The token of
 * a rehearsal, which is nobody’s, does acts alone.
 * @rule APPROVAL-TWO-PERSONS APPROVAL-ONCE
 */
@Injectable()
export class Approvals<Client extends PrismaClientLike = PrismaClientLike> {
  readonly #clock = new SystemClock();

  constructor(
    private readonly database: Database<Client>,
    private readonly permissions: OperatorPermissions,
  ) {}

  /**
   * Asks for an act, or approves and does it. An act that is refused leaves its approval as it was.
   * @returns the request that now waits, or what the act gives, its refusals too
   * @throws Problem `approval/asked-already`, and the refusals of `judgeApproval`
   */
  async take<Result, Refused extends Refusal = never>(
    hand: ActInHand,
    act: TwoPersonAct<Client, Refused>,
    work: (tx: Tx<Client>) => Promise<Result>,
  ): Promise<Result | ApprovalView | Refused> {
    const { approval, caller } = hand;
    if (approval !== undefined) {
      const done = await this.#approve(hand, approval, act, work);
      return done instanceof NotApproved ? answer(done.refusal, statusOf) : done;
    }
    if (isNobody(caller)) return await this.database.transaction(work);
    const asked = await this.database.transaction((tx) => this.#ask(tx, hand, act));
    if (asked instanceof NotApproved) return answer(asked.refusal, statusOf);
    if (!isRefusal(asked)) hand.isAccepted();
    return asked;
  }

  /**
   * Makes sure that what an approval opened an hour ago or less is open to somebody: to its two persons, while both may.
   * @throws Problem `approval/needed`, and the refusals of `judgePersons`
   */
  async makeSureOpenTo({ caller, permission }: Pick<ActInHand, 'caller' | 'permission'>, act: string): Promise<void> {
    if (isNobody(caller)) return;
    const since = after(this.#clock.now(), -opensForMs);
    const given = await findGiven(this.database.client, { act, person: caller.name, since });
    if (given?.approvedBy === undefined || given.approvedBy === null) return answer(neededApproval(), statusOf);
    const may = await this.#mayBoth(given.by, given.approvedBy, permission);
    const refusal = judgePersons({ asker: given.by, approver: given.approvedBy, may });
    if (refusal !== null) answer(refusal, statusOf);
  }

  async #ask<Refused extends Refusal = never>(
    tx: Tx<Client>,
    { caller, reason }: ActInHand,
    { act, command, stateOf }: TwoPersonAct<Client, Refused>,
  ): Promise<ApprovalView | NotApproved | Refused> {
    const state = await inEpoch(tx, stateOf);
    if (isRefusal(state)) return state;
    const at = this.#clock.now();
    const fingerprint = fingerprintOf(act, command);
    const waiting = await findWaiting(tx, { fingerprint, state, at });
    if (waiting !== undefined)
      return waiting.by === caller.name ? shownApproval(waiting) : new NotApproved(askedAlready(waiting));
    const asked = { id: randomUUID(), act, command, fingerprint, state, reason, by: caller.name, at };
    const row = { ...asked, until: after(at, approvalLastsMs) };
    await addApproval(tx, row);
    return shownApproval(row);
  }

  async #approve<Result, Refused extends Refusal = never>(
    { caller, permission }: ActInHand,
    id: string,
    { act, command, stateOf }: TwoPersonAct<Client, Refused>,
    work: (tx: Tx<Client>) => Promise<Result>,
  ): Promise<Result | NotApproved | Refused> {
    const before = await findApproval(this.database.client, id, { lock: false });
    // Before the transaction: identity may have to be asked. @rule OPERATOR-MAY-STILL
    const may = await this.#mayBoth(before?.by ?? caller.name, caller.name, permission);
    return await this.database.transaction(async (tx) => {
      const row = await findApproval(tx, id, { lock: true });
      const asked = row && { ...row, isUsed: row.approvedAt !== null };
      const at = this.#clock.now();
      const state = asked === undefined || asked.isUsed ? '' : await inEpoch(tx, stateOf);
      if (isRefusal(state)) return state;
      const given = { approver: caller.name, may, fingerprint: fingerprintOf(act, command), state, at };
      const refusal = judgeApproval(asked, given);
      if (refusal !== null) return new NotApproved(refusal);
      const result = await work(tx);
      if (!isRefusal(result)) await useApproval(tx, id, caller.name, at);
      return result;
    });
  }

  async #mayBoth(asker: string, approver: string, permission: string): Promise<{ asker: boolean; approver: boolean }> {
    return {
      asker: await this.permissions.may(asker, permission),
      approver: await this.permissions.may(approver, permission),
    };
  }
}

/** Kept apart from the refusals of the act itself. */
class NotApproved {
  constructor(readonly refusal: ApprovalRefusal) {}
}

/** With the epoch of the database: put back to an earlier state, it does not know which approvals were used. */
async function inEpoch<Client extends PrismaClientLike, Refused extends Refusal = never>(
  tx: Tx<Client>,
  stateOf: TwoPersonAct<Client, Refused>['stateOf'],
): Promise<string | Refused> {
  const state = await stateOf(tx);
  return isRefusal(state) ? state : `${await currentEpoch(tx)}:${state}`;
}

/** The token of a rehearsal has no person behind it; production has no such token. */
function isNobody({ kind, name }: Caller): boolean {
  return kind === 'operator' && name === rehearsalName;
}

export function shownApproval(row: Omit<ApprovalRow, 'approvedBy' | 'approvedAt'>): ApprovalView {
  const { id, act, command, reason, by, at, until } = row;
  return { approval: id, act, command, reason, by, at: formatInstant(at), until: formatInstant(until) };
}

function askedAlready({ by, id }: ApprovalRow): ApprovalRefusal {
  return refuse(
    'approval/asked-already',
    'APPROVAL-TWO-PERSONS',
    {
      it: `${by} ha già chiesto questo: la richiesta va approvata o ritirata.`,
      en: `${by} has asked for this already: approve the request, or withdraw it.`,
    },
    { approval: id },
  );
}

function neededApproval(): Refusal<'approval/needed'> {
  return refuse('approval/needed', 'APPROVAL-TWO-PERSONS', {
    it: 'Serve prima l’approvazione di una seconda persona.',
    en: 'A second person has to approve first.',
  });
}
