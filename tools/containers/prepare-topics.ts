// Makes every topic, once, so that the services find them. In a rehearsal it also sets the suite clock going, unless it
// goes already: no service is ready before it shows an instant.
import { suiteClockKey, suiteClockSet, topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';
import { DirectPublisher, ensureTopics, readCompacted } from '@recapito/messaging';
import { serviceLogger } from '@recapito/platform';
import { instant, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';

const help = `prepare-topics

RECAPITO_KAFKA_BROKERS   the brokers, HOST:PORT with commas between them
RECAPITO_MODE            rehearsal or production; production has no suite clock
RECAPITO_CLOCK           what the clock of a rehearsal shows first, as 2010-08-02T07:00:00Z; it goes on from there`;

function connectionTo(brokers: readonly string[]) {
  return { service: 'rehearsal', brokers, namespace: '', logger: serviceLogger('rehearsal', 'error') };
}

/** Whether anybody has ever set the clock. */
async function clockGoes(brokers: readonly string[]): Promise<boolean> {
  let found = false;
  const reader = readCompacted(suiteClockSet, { ...connectionTo(brokers), onRecord: () => void (found = true) });
  await reader.whenReady;
  await reader.stop();
  return found;
}

async function setClock(brokers: readonly string[], at: Instant): Promise<void> {
  const publisher = new DirectPublisher(connectionTo(brokers));
  const data = { instant: at, rate: 1 as const, since: instant(Date.now()) };
  await publisher.publish(suiteClockSet, { key: suiteClockKey, sequence: 1, time: at, data });
  await publisher.close();
}

async function prepareTopics(brokers: readonly string[], clock: Instant | undefined): Promise<void> {
  await ensureTopics(brokers, '', Object.keys(topics) as TopicName[]);
  if (clock === undefined) console.log('the topics are there');
  else if (await clockGoes(brokers)) console.log('the topics are there; the suite clock goes already');
  else {
    await setClock(brokers, clock);
    console.log(`the topics are there; the suite clock goes from ${process.env['RECAPITO_CLOCK']} on`);
  }
}

const { RECAPITO_KAFKA_BROKERS: brokers, RECAPITO_MODE: mode, RECAPITO_CLOCK: clock } = process.env;
if (process.argv.includes('--help')) console.log(help);
else if (!brokers || (mode === 'rehearsal' ? !clock : mode !== 'production')) {
  console.error(help);
  process.exitCode = 2;
} else await prepareTopics(brokers.split(','), mode === 'rehearsal' ? parseInstant(clock ?? '') : undefined);
