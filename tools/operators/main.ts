// npm run operators -- add NAME: the people who run the suite, each with a token of their own.
import { exitCodeOf, Refused, secretsFolder } from '../command-line/index.ts';
import type { Words } from '../command-line/index.ts';
import { addOperator, readRegister, removeOperator } from './register.ts';

const help = `npm run operators -- COMMAND: the people who run the suite. Each has a name, under which everything is told that
they do, and a token of their own; what needs two persons needs two names.

  add NAME [--may LIST]   puts somebody in and shows the token, once; it is kept nowhere. NAME in lower case, as maria.bianchi.
                          LIST: permissions with commas between, as release-sending,read-holds; without it all of an operator's
  remove NAME             takes somebody out; the token opens nothing from then on, and nothing has to be started again
  list                    who is in it, and what each may do

  --secrets DIR           the folder of secrets of a service, where operators.json lies (default .recapito/secrets, which
                          all services of npm start and npm run dev share)
  --help                  this text

The token goes into the header of a request: authorization: Bearer TOKEN
Exit codes: 0 done, 2 refused.
`;

const options = {
  may: { type: 'string' },
  secrets: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

function run({ values, positionals }: Words<typeof options>): void {
  const [command = '', name, ...others] = positionals;
  if (others.length > 0) throw new Refused(`one name at a time: ${others.join(', ')}`);
  carryOut(secretsFolder(values.secrets), command, name, values.may?.split(','));
}

function carryOut(secrets: string, command: string, name: string | undefined, may: string[] | undefined): void {
  switch (command) {
    case 'list':
      for (const operator of readRegister(secrets))
        console.log(`${operator.name.padEnd(24)} ${operator.may?.join(', ') ?? 'all that operators may'}`);
      return;
    case 'add':
      console.log(addOperator(secrets, named(name), may));
      return;
    case 'remove':
      removeOperator(secrets, named(name));
      return;
    default:
      throw new Refused(`"${command}" is no command\n\n${help}`);
  }
}

function named(name: string | undefined): string {
  if (name === undefined) throw new Refused('whose name? npm run operators -- add NAME');
  return name;
}

process.exitCode = await exitCodeOf({ options, help, run });
