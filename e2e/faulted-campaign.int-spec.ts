import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { brokerItself, brokersAs, eventually } from '@recapito/testing';
import type { Outcome } from '../tools/rehearsal/rehearse.ts';
import { openDeadLetters } from '../tools/rehearsal/report/dead-letters.ts';
import type { DeadLetter } from '../tools/rehearsal/report/dead-letters.ts';
import { verifyFromOutside } from '../tools/rehearsal/report/trace.ts';
import { SuiteServices } from '../tools/rehearsal/suite-services.ts';
import { SpecSuite } from './a-suite.ts';
import { AnswerWatch } from './answer-watch.ts';
import type { Answers } from './answer-watch.ts';
import { evidenceSuite } from './campaign/evidence-suite.ts';
import { peopleSuite } from './campaign/people-suite.ts';
import { comparable, expected } from './expected.ts';
import { Faults } from './faults.ts';
import { Ledger } from './ledger/ledger.ts';
import { letterFromService, lettersDuring } from './letter-from-service.ts';
import { loseBroker, rebuildBroker } from './lost-broker.ts';
import type { Rebuilt } from './lost-broker.ts';
import { PromotablePostgres } from './promotable-postgres.ts';
import { RawTopics } from './raw-topics.ts';
import { loadAgain } from './second-load.ts';
import type { SecondLoad } from './second-load.ts';
import { foundInTrace } from './secrets.ts';
import { factIdsIn } from './trace-facts.ts';

/** Who reads the topic that is poisoned and keeps what it cannot take. */
const readersOfMoves = ['identity', 'mailbox', 'notification'] as const;

/** A box that its holder never leaves, and an address that nobody has. */
const boxes = { known: 'brngsi54e27l424j@inpspec.gov.it', unknown: 'nessuno.mai@inpspec.gov.it' };

let postgres: PromotablePostgres;
let stage: SpecSuite;
let faults: Faults;
let outcome: Outcome;
let second: SecondLoad;
let ledger: Ledger;
/** What clients saw that the suite does not hold, and the other way round. */
let differences: string[];
/** What was answered while Kafka was lost and rebuilt. */
let answers: Record<string, Answers>;
let rebuilt: Rebuilt;
/** Letters that were accepted before the primary died, and how long after that the next one was. */
let failover: { readonly before: number; readonly backAfterMs: number };
/** Letters that were handed in besides those of the citizens. */
let letters = 0;
/** What lay at each reader's door after the poison. */
const poisoned = new Map<string, DeadLetter[]>();

beforeAll(async () => {
  postgres = await PromotablePostgres.start();
  stage = await SpecSuite.start({ RECAPITO_POSTGRES_URL: postgres.url });
  faults = new Faults(stage.suite);
  ledger = new Ledger();
  let ticks = 0;
  let reading = false;
  let loading: Promise<SecondLoad> | undefined;
  let loaded = false;
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
      else if (loaded) disturb((ticks += 1));
      else if (at > stage.plan.imports)
        loading ??= loadAgain(stage).finally(() => {
          loaded = true;
        });
    },
  });
  if (loading === undefined) throw new Error('the clock never moved');
  second = await loading;
  await faults.over();
  ledger.noteSaved(stage.savedFolder, outcome.report);
  differences = await ledger.close(stage.suite, stage.folder);
}, 900_000);

afterAll(async () => {
  ledger?.end();
  await stage?.end();
  await postgres?.remove();
});

/** What befalls the suite while people move, by how often the clock has moved. */
function disturb(tick: number): void {
  const topics = new RawTopics(brokersAs(brokerItself, stage.suite.servers.environment));
  if (tick === 1) faults.killServer('redis');
  if (tick === 2) faults.killService('audit-log');
  if (tick === 4) faults.befall('postgres killed', () => postgres.restartPrimary());
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
  if (tick === 12) faults.befall('kafka lost with all that it held', losesBroker);
  if (tick === 14) faults.befall('standby of postgres promoted', promotesStandby);
}

/** Letters are handed in all the while, so that some are in hand when the primary dies. */
async function promotesStandby(): Promise<void> {
  let killedAt = Number.NaN;
  const accepted = await lettersDuring(stage.suite, boxes.known, async (soFar) => {
    await eventually(() => soFar.length > 1);
    postgres.killPrimary();
    killedAt = performance.now();
    await postgres.promoteStandby();
  });
  letters += accepted.length;
  const before = accepted.filter((at) => at < killedAt);
  failover = { before: before.length, backAfterMs: Math.min(...accepted.filter((at) => at > killedAt)) - killedAt };
}

/** Whoever starts while the broker is empty knows nothing of boxes and clock, and must not guess. */
async function losesBroker(): Promise<void> {
  answers = await new AnswerWatch(stage.suite, boxes).during(async () => {
    await loseBroker(stage);
    await stage.suite.supervisor.kill('certified-mail', 'SIGKILL');
    const sent = letterFromService(stage.suite, boxes.known);
    rebuilt = await rebuildBroker(stage.suite);
    await sent;
    letters += 1;
    await stage.suite.supervisor.untilReady('certified-mail');
  });
}

async function poison(topics: RawTopics): Promise<void> {
  await topics.poison('migration.moves.v1', 'veleno');
  const services = new SuiteServices(stage.suite.urls, stage.suite.operatorToken);
  for (const reader of readersOfMoves) {
    const letters = await eventually(async () => {
      const open = await openDeadLetters(services, reader);
      return open.length > 0 && open;
    });
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
      'kafka lost with all that it held',
      'standby of postgres promoted',
      'identity killed',
    ]);
  });

  test('had every service started again, and only those that were killed: servers that go away end none', () => {
    expect(outcome.report.restarts).toEqual({
      identity: 1,
      mailbox: 1,
      'certified-mail': 2,
      migration: 1,
      notification: 1,
      'audit-log': 1,
    });
  });

  test('guessed nothing while Kafka was lost and rebuilt: every answer about a box was the right one, or to come again', () => {
    const [taken, known, unknown] = [250, 200, 404];
    const right = (code: number) =>
      expect.objectContaining({ before: code, wrong: [], after: code, comeAgain: expect.any(Number) });
    expect(answers).toEqual({
      'RCPT of the known box': right(taken),
      'mailbox about the known box': right(known),
      'RCPT of the unknown box': right(taken),
      'mailbox about the unknown box': right(unknown),
    });
    // certified-mail started without a directory, and said so until it was whole.
    expect(answers['RCPT of the known box']?.comeAgain).toBeGreaterThan(0);
    expect(rebuilt.readOn['mailbox']).toBeGreaterThan(0);
  });

  test('takes letters again within fifteen seconds of the death of PostgreSQL’s primary', () => {
    expect(failover.before).toBeGreaterThan(0);
    expect(failover.backAfterMs).toBeLessThan(15_000);
  });

  test('has lost and doubled nothing of what clients sent, were answered, and read', () => {
    expect(ledger.letters).toBe(15 + letters);
    expect(differences).toEqual([]);
  });

  test('keeps every promise', () => {
    expect(outcome.broken).toEqual([]);
  });

  test('ends as the undisturbed one does', () => {
    // Besides, the letters that were handed in meanwhile: each accepted, taken in charge, delivered.
    const { messages, receipts } = expected.mail;
    const mail = { ...expected.mail, messages: messages + letters, receipts: receipts + 3 * letters };
    expect(comparable(outcome.report)).toEqual({ ...expected, mail });
  });

  test('leaves a trace that is whole and holds each fact once, and the poison as it came', async () => {
    const trace = join(stage.reportFolder, 'trace');
    expect(outcome.report.trace.verified).toBe(true);
    expect((await verifyFromOutside(trace)).faults).toEqual([]);
    const ids = factIdsIn(trace);
    // The poison, and an entry for each partition that an operator let the trace read on.
    const others = 1 + (rebuilt.readOn['audit-log'] ?? Number.NaN);
    expect(ids).toHaveLength(outcome.report.trace.entries - others);
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

const campaign = () => ({ stage, outcome, second });
peopleSuite(campaign);
evidenceSuite(campaign);
