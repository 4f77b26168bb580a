// npm run republish -- --service NAME: an operator has topics of a service published again from its outbox.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callersPath, exitCodeOf, Refused, secretsFolder } from '../command-line/index.ts';
import type { Words } from '../command-line/index.ts';
import { services } from '../suite/definitions.ts';
import type { ServiceName } from '../suite/definitions.ts';
import { usualPorts } from '../suite/ports.ts';
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
  const { service, all, topic, url } = values;
  if (positionals.length > 0) throw new Refused(`"${positionals.join(' ')}" is no option\n\n${help}`);
  if (all === (service !== undefined)) throw new Refused(`either --service NAME or --all is needed\n\n${help}`);
  if (all && (topic ?? url) !== undefined) throw new Refused(`--topic and --url need --service\n\n${help}`);
  const token = readToken(values.token);
  const ports = usualPorts(Number(process.env['RECAPITO_PORT_BASE'] ?? 4000));
  const say = (words: string) => console.log(words);
  for (const name of all ? services : [known(service)])
    await republishAt({ service: name, url: url ?? `http://127.0.0.1:${ports[name]}`, token, topic, say });
}

function known(name: string | undefined): ServiceName {
  const found = services.find((each) => each === name);
  if (found === undefined) throw new Refused(`there is no service "${name}"; there are ${services.join(', ')}`);
  return found;
}

function readToken(given: string | undefined): string {
  const file = given === undefined ? join(secretsFolder(undefined), 'operator.token') : callersPath(given);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Refused(`${file} cannot be read; --token names the file with an operator's token`);
  }
}

process.exitCode = await exitCodeOf({ options, help, run });
