// npm run keys -- COMMAND: the key pairs with which services prove themselves and identity signs sessions.
import { readKeys } from '../bootstrap/key-pairs.mjs';
import type { Purpose } from '../bootstrap/key-pairs.mjs';
import { exitCodeOf, Refused, secretsFolder } from '../command-line/index.ts';
import type { Words } from '../command-line/index.ts';
import { revoke, rollOver } from './roll-over.ts';

const help = `npm run keys -- COMMAND: the key pairs with which services and the console prove themselves, and with which identity
signs the sessions of citizens and the tokens of operators. Running services read changed keys by themselves.

  list                        every public half: owner, purpose, key id, when it was made, when it was retired
  roll-over OWNER [PURPOSE]   gives OWNER (a service) a new pair; PURPOSE is service, and for identity citizen-sessions
                              or provider (its tokens for operators). What the old key signed is believed until it is
                              over: 5 minutes, 20 for sessions and the provider's tokens
  revoke KEY-ID               for a key in foreign hands, after a roll-over: what it signed is worth nothing from now on

  --secrets DIR               a service's folder of secrets; name it once for each service, all of them in one command
                              (default: .recapito/secrets, which all services of npm start and npm run dev share)
  --help                      this text

Exit codes: 0 done, 2 refused.
`;

const options = {
  secrets: { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
} as const;

function run({ values, positionals }: Words<typeof options>): void {
  carryOut((values.secrets ?? [undefined]).map(secretsFolder), positionals);
}

function carryOut(folders: readonly string[], [command = '', name = '', purpose = 'service']: readonly string[]): void {
  switch (command) {
    case 'list': {
      const keys = readKeys(folders[0] ?? '');
      if (keys.length === 0) throw new Refused(`there is no keys.json in ${folders[0] ?? ''}`);
      for (const { owner, purpose: what, kid, made, retired } of keys)
        console.log([owner.padEnd(15), what.padEnd(17), kid, made, retired ?? ''].join(' ').trimEnd());
      return;
    }
    case 'roll-over': {
      const { kid } = rollOver(folders, { owner: name, purpose: purpose as Purpose }, new Date());
      console.log(`${name} signs with ${kid}`);
      return;
    }
    case 'revoke':
      revoke(folders, name);
      console.log(`${name} is worth nothing from now on`);
      return;
    default:
      throw new Refused(`"${command}" is no command\n\n${help}`);
  }
}

process.exitCode = await exitCodeOf({ options, help, run });
