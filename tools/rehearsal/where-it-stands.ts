import { suiteClockSet } from '@recapito/contracts';
import { readCompacted } from '@recapito/messaging';
import type { Brokers } from '@recapito/messaging';
import { serviceLogger } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { until } from '@recapito/servers';
import type { Restored } from '../suite/restored-run.ts';
import type { Suite } from '../suite/suite.ts';
import { Refused } from './suite-services.ts';
import type { SuiteServices } from './suite-services.ts';

/** Where a rehearsal stands that goes on. */
export interface Standing {
  /** What the suite clock shows. */
  readonly at: Instant;
  /** How often it has been set. */
  readonly set: number;
}

/** Reads where a rehearsal stands; of one that was restored declares the new log, as its operator has decided. */
export async function whereItStands(
  suite: Pick<Suite, 'brokers' | 'restored'>,
  services: SuiteServices,
  { goesOnFrom }: { readonly goesOnFrom: (at: Instant) => void },
): Promise<Standing> {
  const standing = await readClock(suite.brokers);
  goesOnFrom(standing.at);
  if (suite.restored !== null) await declareLog(services, suite.restored);
  return standing;
}

async function readClock(brokers: Brokers): Promise<Standing> {
  let standing: Standing | undefined;
  const reader = readCompacted(suiteClockSet, {
    service: 'rehearsal',
    brokers,
    namespace: '',
    logger: serviceLogger('rehearsal', 'silent'),
    onRecord: ({ data, sequence }) => {
      standing = { at: data.instant, set: sequence };
    },
  });
  await reader.whenReady;
  await reader.stop();
  if (standing === undefined) throw new Error('the suite clock was never set: this run has not begun');
  return standing;
}

/**
 * Declares a new log once audit-log has taken its new epoch: one that went on in the name of the old one would show
 * witnesses two trees of one size.
 */
async function declareLog(services: SuiteServices, { backup, epoch }: Restored): Promise<void> {
  await until(
    async () => {
      const now = await services.asOperator<{ epoch: number }>('audit-log', 'GET', '/restore');
      if (now.epoch < epoch) throw new Error('audit-log has not gone on after the restore yet');
    },
    { withinMs: 60_000, aborted: () => undefined },
  );
  try {
    await services.asOperator('audit-log', 'POST', '/logs', {
      headers: { 'idempotency-key': `restored-${backup}` },
      json: { reason: `restored from the backup ${backup}` },
    });
  } catch (error) {
    // It was declared already by an earlier start, or nothing had been published yet.
    if (!(error instanceof Refused && error.code === 'log/not-broken')) throw error;
  }
}
