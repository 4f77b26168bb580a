// npm run operators -- COMMAND: the accounts of the people who run the suite, and the tokens of programs that do.
import { callersPath, exitCodeOf, Refused, secretsFolder } from '../command-line/index.ts';
import type { Words } from '../command-line/index.ts';
import { usualPorts } from '../suite/ports.ts';
import { Accounts } from './accounts.ts';
import type { ActivationLink } from './accounts.ts';
import { codeOf, readDemonstration } from './demonstration.ts';
import { addOperator, readRegister, removeOperator } from '@recapito/installation';

const help = `npm run operators -- COMMAND: the people who run the suite. Each has an account at identity, under whose name
everything is told that they do; what needs two persons needs two names. Identity has to run.

  add NAME --full-name TEXT --role ROLE [--role ROLE]
                          gives somebody an account and shows a link, once: there the person chooses a password and scans
                          the key of the second factor. NAME in lower case, as maria.bianchi, for ever this person's.
                          ROLE: a role of programmes/roles.json. The first one is a supervisor
  link NAME               takes password and second factor away and shows a new link: both were lost, or the link expired
  roles NAME --role ROLE  gives other roles; tokens that were issued before end within ten minutes
  disable NAME, enable NAME
  unblock NAME            ends the wait after too many wrong attempts
  list                    who has an account, in which state, with which roles

  codes DIR               the operators of a run of npm start, whose folder DIR is, with the codes of now

Programs that act for operators show a token of a register instead:

  add-token NAME [--may LIST]  shows a token, once. LIST: permissions with commas between, as release-sending,read-holds;
                          without it all of an operator's. The token goes into a header: authorization: Bearer TOKEN
  remove-token NAME       the token opens nothing from then on, and nothing has to be started again
  list-tokens             who has one, and what each may do

  --secrets DIR           identity's folder of secrets; for tokens, that of the service which is to know them (default
                          .recapito/secrets, which all services of npm start and npm run dev share)
  --url URL               where identity is (default http://127.0.0.1:4001; RECAPITO_PORT_BASE moves it as npm start does)
  --help                  this text

Exit codes: 0 done, 2 refused.
`;

const options = {
  'full-name': { type: 'string' },
  role: { type: 'string', multiple: true },
  may: { type: 'string' },
  secrets: { type: 'string' },
  url: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Values = Words<typeof options>['values'];

async function run({ values, positionals }: Words<typeof options>): Promise<void> {
  const [command = '', name, ...others] = positionals;
  if (others.length > 0) throw new Refused(`one name at a time: ${others.join(', ')}`);
  const secrets = secretsFolder(values.secrets);
  if (command === 'codes') showCodes(name);
  else if (command.endsWith('token') || command === 'list-tokens') ofTokens(secrets, command, name, values);
  else await ofAccounts(secrets, command, name, values);
}

async function ofAccounts(secrets: string, command: string, name: string | undefined, values: Values): Promise<void> {
  const port = usualPorts(Number(process.env['RECAPITO_PORT_BASE'] ?? 4000)).identity;
  const accounts = () => new Accounts(secrets, values.url ?? `http://127.0.0.1:${port}`);
  switch (command) {
    case 'list':
      for (const { name: each, fullName, state, roles } of await accounts().list())
        console.log(`${each.padEnd(24)} ${state.padEnd(9)} ${roles.join(', ').padEnd(24)} ${fullName}`);
      return;
    case 'add':
      show(await accounts().add({ name: named(name), fullName: fullNameIn(values), roles: rolesIn(values) }));
      return;
    case 'link':
      show(await accounts().reset(named(name)));
      return;
    case 'roles':
      await changeTo(accounts(), named(name), { roles: rolesIn(values) });
      return;
    case 'disable':
      await changeTo(accounts(), named(name), { state: 'disabled' });
      return;
    case 'enable':
      await changeTo(accounts(), named(name), { state: 'active' });
      return;
    case 'unblock':
      console.log((await accounts().unblock(named(name))) ? 'unblocked' : 'was not blocked');
      return;
    default:
      throw new Refused(`"${command}" is no command\n\n${help}`);
  }
}

async function changeTo(
  accounts: Accounts,
  name: string,
  wanted: { readonly roles?: readonly string[]; readonly state?: 'active' | 'disabled' },
): Promise<void> {
  const { roles, state } = await accounts.find(name);
  const now = state === 'disabled' ? 'disabled' : 'active';
  const changed = await accounts.change(name, { roles: wanted.roles ?? roles, state: wanted.state ?? now });
  console.log(`${changed.name} ${changed.state} ${changed.roles.join(', ')}`);
}

function ofTokens(secrets: string, command: string, name: string | undefined, { may }: Values): void {
  switch (command) {
    case 'list-tokens':
      for (const operator of readRegister(secrets))
        console.log(`${operator.name.padEnd(24)} ${operator.may?.join(', ') ?? 'all that operators may'}`);
      return;
    case 'add-token':
      console.log(addOperator(secrets, named(name), may?.split(',')));
      return;
    case 'remove-token':
      removeOperator(secrets, named(name));
      return;
    default:
      throw new Refused(`"${command}" is no command\n\n${help}`);
  }
}

function show({ name, link, until }: ActivationLink): void {
  console.log(`${name} chooses password and second factor here, until ${new Date(until).toISOString()}:\n${link}`);
}

function showCodes(folder: string | undefined): void {
  if (folder === undefined) throw new Refused('of which run? npm run operators -- codes DIR');
  for (const account of readDemonstration(callersPath(folder))) {
    const { code, seconds } = codeOf(account, Date.now());
    const { name, password, roles } = account;
    console.log(`${name.padEnd(14)} ${password}  ${code} (for ${seconds} s)  ${roles.join(', ')}`);
  }
}

function named(name: string | undefined): string {
  if (name === undefined) throw new Refused('whose name? npm run operators -- COMMAND NAME');
  return name;
}

function rolesIn({ role }: Values): string[] {
  if (role === undefined) throw new Refused('which role? --role supervisor, for example');
  return role;
}

function fullNameIn({ 'full-name': fullName }: Values): string {
  if (fullName === undefined) throw new Refused("the person's name? --full-name 'Maria Bianchi'");
  return fullName;
}

process.exitCode = await exitCodeOf({ options, help, run });
