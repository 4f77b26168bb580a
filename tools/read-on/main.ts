// npm run read-on -- --all --reason TEXT: an operator lets services read on where a topic is not the one that they have read.
import { exitCodeOf, Refused } from '../command-line/index.ts';
import type { Words } from '../command-line/index.ts';
import { doorsOf } from '../command-line/operators-door.ts';
import { readOnAt } from './read-on-at.ts';

/** Those that keep positions; the others read whole topics at each start. */
const readers = ['identity', 'mailbox', 'migration', 'notification', 'audit-log'];

const help = `npm run read-on: lets services read on in the partitions that they have stopped reading, because the log at the broker does
not continue what they had read. Look first at what happened to the topic, and have it published again (npm run republish):
what is gone from the log is not read. Each decision is published with its reason.

  npm run read-on -- --service mailbox --reason "broker 2 lost its disk"
  npm run read-on -- --service mailbox --topic migration.moves.v1 --reason "broker 2 lost its disk"
  npm run read-on -- --all --reason "all of Kafka was lost"

Options
  --service NAME  ${readers.join(', ')}
  --all           every one of them
  --topic T       the partitions of this topic alone
  --reason TEXT   why, 3 to 500 characters
  --url URL       where the service answers (default: its usual port on this machine)
  --token FILE    the token of an operator with the permissions list-dead-letters, decide-dead-letter, and at audit-log
                  read-checkpoint, open-generation (default: operator.token of the rehearsal)
  --help          this text

It may be repeated at any time. Exit codes: 0 done, 2 refused, or a service does not answer.
`;

const options = {
  service: { type: 'string' },
  all: { type: 'boolean', default: false },
  topic: { type: 'string' },
  reason: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

async function run({ values, positionals }: Words<typeof options>): Promise<void> {
  const { reason, topic } = values;
  if (positionals.length > 0) throw new Refused(`"${positionals.join(' ')}" is no option\n\n${help}`);
  if (reason === undefined) throw new Refused(`--reason is needed\n\n${help}`);
  const say = (words: string) => console.log(words);
  const doors = doorsOf(values, help).filter(({ service }) => readers.includes(service));
  if (doors.length === 0) throw new Refused(`${values.service} keeps no positions; there are ${readers.join(', ')}`);
  for (const door of doors) await readOnAt({ ...door, topic, reason, say });
}

process.exitCode = await exitCodeOf({ options, help, run });
