// Prepares the broker, once: every topic, and who may read and write it. In a rehearsal it also sets the suite clock going,
// unless it goes already: no service is ready before it shows an instant. May be repeated at every start.
import { accessRules, suiteClockKey, suiteClockSet } from '@recapito/contracts';
import type { AccessRule } from '@recapito/contracts';
import { DirectPublisher, prepareBroker, readCompacted } from '@recapito/messaging';
import { brokersOf, kafkaSettings, parseConfig, serviceLogger } from '@recapito/platform';
import { instant, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';

const help = `npm run prepare-broker -- [--rules]

  --rules   only prints what would be allowed, one line each: user, operation, resource, name (* stands for any ending)

RECAPITO_MODE                      rehearsal or production; production has no suite clock
RECAPITO_CLOCK                     what the clock of a rehearsal shows first, as 2010-08-02T07:00:00Z; it goes on from there
RECAPITO_NAMESPACE                 prefix of topics and groups, as in the settings of the services
RECAPITO_KAFKA_BROKERS             the brokers, HOST:PORT with commas between them
RECAPITO_KAFKA_USER                who makes topics and rules: preparations, or whoever may alter the cluster
RECAPITO_KAFKA_PASSWORD_FILE       the file of its password
RECAPITO_KAFKA_CLOCK_PASSWORD_FILE in a rehearsal the password of the user rehearsal, who sets the clock
RECAPITO_KAFKA_CA_FILE and others  as in the settings of the services`;

const settings = z.object({
  ...kafkaSettings,
  mode: z.enum(['rehearsal', 'production']),
  namespace: z.string().default(''),
  clock: z.string().optional(),
  kafkaClockPassword: z.string().optional(),
});

type Settings = z.output<typeof settings>;

/** The driver of a rehearsal, who alone writes its clock. */
function driverOf(config: Settings) {
  const { kafkaClockPassword: kafkaPassword, namespace } = config;
  const own = kafkaPassword === undefined ? {} : { kafkaUser: 'rehearsal', kafkaPassword };
  const logger = serviceLogger('rehearsal', 'error');
  return { service: 'rehearsal', brokers: brokersOf({ ...config, ...own }), namespace, logger };
}

/** Whether anybody has ever set the clock. */
async function clockGoes(config: Settings): Promise<boolean> {
  let found = false;
  const reader = readCompacted(suiteClockSet, { ...driverOf(config), onRecord: () => void (found = true) });
  await reader.whenReady;
  await reader.stop();
  return found;
}

async function setClock(config: Settings, at: Instant): Promise<void> {
  const publisher = new DirectPublisher(driverOf(config));
  const data = { instant: at, rate: 1 as const, since: instant(Date.now()) };
  await publisher.publish(suiteClockSet, { key: suiteClockKey, sequence: 1, time: at, data });
  await publisher.close();
}

async function prepare(config: Settings): Promise<void> {
  const { mode, namespace, clock } = config;
  const change = await prepareBroker(brokersOf(config), { mode, namespace });
  console.log('the topics are there');
  console.log(
    change === null
      ? 'the broker asks nobody for a name: everybody may read and write everything'
      : `the rules are there: ${change.added} added, ${change.removed} removed`,
  );
  if (mode === 'production') return;
  if (await clockGoes(config)) console.log('the suite clock goes already');
  else {
    await setClock(config, parseInstant(clock ?? ''));
    console.log(`the suite clock goes from ${clock} on`);
  }
}

function lineOf({ user, operation, resource, name, pattern }: AccessRule): string {
  return [user, operation, resource, pattern === 'prefixed' ? `${name}*` : name].join('\t');
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(help);
  if (process.argv.includes('--rules')) {
    const { RECAPITO_NAMESPACE: namespace = '', RECAPITO_MODE: mode } = process.env;
    const rules = accessRules(namespace, mode === 'rehearsal' ? 'rehearsal' : 'production');
    return console.log(rules.map(lineOf).join('\n'));
  }
  const reading = parseConfig(settings, process.env);
  if ('config' in reading && (reading.config.mode === 'production' || reading.config.clock !== undefined))
    return prepare(reading.config);
  console.error('faults' in reading ? reading.faults : 'RECAPITO_CLOCK: is required in a rehearsal');
  console.error(help);
  process.exitCode = 2;
}

await main();
