import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { brokerItself, brokersAs, eventually } from '@recapito/testing';
import type { Outcome } from '../tools/rehearsal/rehearse.ts';
import { openDeadLetters } from '../tools/rehearsal/report/dead-letters.ts';
import type { DeadLetter } from '../tools/rehearsal/report/dead-letters.ts';
import { verifyFromOutside } from '../tools/rehearsal/report/trace.ts';
import { SuiteServices } from '../tools/rehearsal/suite-services.ts';
import { SpecSuite } from './a-suite.ts';
import { comparable, expected, firstLoad } from './expected.ts';
import { Faults } from './faults.ts';
import { RawTopics } from './raw-topics.ts';
import { foundInTrace } from './secrets.ts';
import { factIdsIn } from './trace-facts.ts';

/** Who reads the topic that is poisoned and keeps what it cannot take. */
const readersOfMoves = ['identity', 'mailbox', 'notification'] as const;

let stage: SpecSuite;
let faults: Faults;
let outcome: Outcome;
/** What lay at each reader's door after the poison. */
const poisoned = new Map<string, DeadLetter[]>();

beforeAll(async () => {
  stage = await SpecSuite.start();
  faults = new Faults(stage.suite);
  let ticks = 0;
  let reading = false;
  outcome = await stage.campaign({
    // While the cohort is read and people are announced to.
    reads: () => {
      if (reading) return;
      reading = true;
      faults.killService('migration');
      faults.killService('notification');
      faults.killService('certified-mail');
    },
    clock: (at) => {
      if (at === stage.plan.lastMoment) faults.killService('identity');
      else if (at > stage.plan.imports) disturb((ticks += 1));
    },
  });
  await faults.over();
}, 900_000);

afterAll(async () => {
  await stage?.end();
}, 120_000);

/** What befalls the suite while people move, by how often the clock has moved. */
function disturb(tick: number): void {
  const topics = new RawTopics(brokersAs(brokerItself, stage.suite.servers.environment));
  if (tick === 1) faults.killServer('redis');
  if (tick === 2) faults.killService('audit-log');
  if (tick === 4) faults.killServer('postgres');
  if (tick === 6) faults.killService('mailbox');
  if (tick === 8) faults.killServer('kafka');
  if (tick === 10) {
    faults.befall('facts delivered twice', async () => {
      await topics.repeat('migration.moves.v1', 'announcement-asked');
      await topics.repeat('identity.holders.v1', 'enrolment-confirmed');
      await topics.repeat('mailbox.mailboxes.v1', 'switched');
    });
    faults.befall('poison on a topic', () => poison(topics));
  }
}

async function poison(topics: RawTopics): Promise<void> {
  await topics.poison('migration.moves.v1', 'veleno');
  const services = new SuiteServices(stage.suite.urls, stage.suite.operatorToken);
  for (const reader of readersOfMoves) {
    const letters = await eventually(
      async () => {
        const open = await openDeadLetters(services, reader);
        return open.length > 0 && open;
      },
      { withinMs: 60_000 },
    );
    poisoned.set(reader, letters);
    for (const { id } of letters) await services.asOperator(reader, 'POST', `/dead-letters/${id}/set-aside`);
  }
}

describe('a campaign during which everything falls over once', () => {
  test('has met all of it', () => {
    expect(faults.befallen).toEqual([
      'migration killed',
      'notification killed',
      'certified-mail killed',
      'redis killed',
      'audit-log killed',
      'postgres killed',
      'mailbox killed',
      'kafka killed',
      'facts delivered twice',
      'poison on a topic',
      'identity killed',
    ]);
  });

  test('had every service started again, and only those that were killed: servers that go away end none', () => {
    expect(outcome.report.restarts).toEqual({
      identity: 1,
      mailbox: 1,
      'certified-mail': 1,
      migration: 1,
      notification: 1,
      'audit-log': 1,
    });
  });

  test('keeps every promise', () => {
    expect(outcome.broken).toEqual([]);
  });

  test('ends as the undisturbed one does', () => {
    expect(outcome.report.cohort).toEqual(firstLoad);
    expect(comparable(outcome.report)).toEqual(expected);
  });

  test('leaves a trace that is whole and holds each fact once, and the poison as it came', async () => {
    const trace = join(stage.reportFolder, 'trace');
    expect(outcome.report.trace.verified).toBe(true);
    expect((await verifyFromOutside(trace)).faults).toEqual([]);
    const ids = factIdsIn(trace);
    expect(ids).toHaveLength(outcome.report.trace.entries - 1);
    expect(new Set(ids).size).toBe(ids.length);
    expect(foundInTrace(trace, ['{"nulla di leggibile"'])).toHaveLength(1);
  });

  test('shows the poison to the operators of those who read it, one letter each, under its key and with a cause', () => {
    for (const reader of readersOfMoves)
      expect(poisoned.get(reader)).toEqual([
        expect.objectContaining({ topic: 'migration.moves.v1', key: 'veleno', cause: expect.any(String) }),
      ]);
  });
});
