import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { runFor } from '../domain/switch.ts';
import type { ProvisioningPlan } from '../domain/switch.ts';
import { saveSwitchOrder, moveById } from '../persistence/move.store.ts';
import type { Tx } from '../persistence/tx.ts';

export interface ScheduleSwitch {
  readonly move: string;
  /** When the switch was asked, by the suite clock: the next provisioning run from then on executes it. */
  readonly askedAt: Instant;
  readonly confirmedAt: Instant;
  readonly dueAt: Instant;
}

/**
 * Puts a switch in the next provisioning run. Asked twice, it is in one run only.
 * Refusal: `move/nothing-reserved`. @throws Error when the move was never planned here.
 * @rule SWITCH-RUN
 */
export async function scheduleSwitch(
  tx: Tx,
  plan: ProvisioningPlan,
  command: ScheduleSwitch,
): Promise<void | Refusal<'move/nothing-reserved'>> {
  const move = await moveById(tx, command.move);
  if (move === undefined) throw new Error(`a switch of the move ${command.move}, which nobody planned`);
  if (move.target === null) {
    return refuse('move/nothing-reserved', 'SWITCH-RESERVED', {
      it: 'Per questo passaggio non è riservato alcun indirizzo: non c’è una casella da attivare.',
      en: 'No address is reserved for this move: there is no mailbox to activate.',
    });
  }
  await saveSwitchOrder(tx, { ...command, runAt: runFor(plan, command.askedAt) });
}
