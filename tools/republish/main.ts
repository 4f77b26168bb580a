// npm run republish -- --service NAME: an operator has topics of a service published again from its outbox.
import { exitCodeOf, Refused } from '../command-line/index.ts';
import type { Words } from '../command-line/index.ts';
import { doorsOf } from '../command-line/operators-door.ts';
import { services } from '../suite/definitions.ts';
import { republishAt } from './republish-at.ts';

const help = `npm run republish: publishes the topics of a service again from its outbox, for topics that the broker has lost.
Facts keep their ids, so readers skip what they have taken. Those of the last 59 days are sent, in their order, and before
anything new; older ones are in the databases of their readers and in the trace.

  npm run republish -- --service mailbox
  npm run republish -- --service mailbox --topic mailbox.directory.v1
  npm run republish -- --all

Options
  --service NAME  ${services.join(', ')}
  --all           every service, one after the other
  --topic T       this topic of the service alone
  --url URL       where the service answers (default: its usual port on this machine)
  --token FILE    the token of an operator with the permission republish-topics (default: operator.token of the rehearsal)
  --help          this text

It may be repeated at any time. Exit codes: 0 done, 2 refused, or the service does not answer or does not publish.
`;

const options = {
  service: { type: 'string' },
  all: { type: 'boolean', default: false },
  topic: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

async function run({ values, positionals }: Words<typeof options>): Promise<void> {
  if (positionals.length > 0) throw new Refused(`"${positionals.join(' ')}" is no option\n\n${help}`);
  if (values.all && values.topic !== undefined) throw new Refused(`--topic needs --service\n\n${help}`);
  const say = (words: string) => console.log(words);
  for (const door of doorsOf(values, help)) await republishAt({ ...door, topic: values.topic, say });
}

process.exitCode = await exitCodeOf({ options, help, run });
