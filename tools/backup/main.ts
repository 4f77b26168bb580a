// npm run backup -- DIR --keys DIR: a backup of the suite of npm start, while it runs or stands.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { callersPath, exitCodeOf, Refused, secretsFolder } from '../command-line/index.ts';
import type { Words } from '../command-line/index.ts';
import { root } from '@recapito/servers';
import { backUp } from './back-up.ts';
import { BytesLine } from './bytes-line.ts';

const help = `npm run backup -- DIR --keys DIR: backs up the suite of npm start, while it runs or stands.

  npm run backup -- /srv/backup/sunday --keys /media/safe/sunday

Into DIR: the databases, the topics, the mail store, messages on their way, quarantine, lists, exports, what citizens have
saved; a manifest with the SHA-256 of every file. Into the folder of --keys: the secrets of the services and of the servers,
with a manifest of their own. Whoever has both can read and sign everything: keep them in different places.
A suite that runs is paused while the last changes are copied, usually for less than a second.

Options
  --keys DIR      where keys go (required). DIR and this folder are empty or do not exist; what an interrupted backup left is removed
  --run DIR       the folder of the run (default: the newest under .recapito/runs)
  --secrets DIR   the folder of secrets (default: .recapito/secrets)
  --help          this text

Exit codes: 0 done, 1 a fault, 2 refused.
`;

const options = {
  keys: { type: 'string' },
  run: { type: 'string' },
  secrets: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

async function run({ values, positionals }: Words<typeof options>): Promise<void> {
  const [data, ...others] = positionals;
  if (data === undefined || others.length > 0) throw new Refused(`one folder for the data is needed\n\n${help}`);
  if (values.keys === undefined)
    throw new Refused(`--keys says where the keys go: they never lie beside the data\n\n${help}`);
  const line = new BytesLine(process.stdout);
  const manifest = await backUp({
    run: values.run === undefined ? await newestRun() : callersPath(values.run),
    data: callersPath(data),
    keys: callersPath(values.keys),
    secrets: secretsFolder(values.secrets),
    says: (words) => line.say(`${words}.`),
    copied: (bytes) => line.add(bytes),
  });
  line.say(
    `Backed up: ${callersPath(data)} holds the state of ${manifest.takenAt}, ${callersPath(values.keys)} its keys.`,
  );
}

async function newestRun(): Promise<string> {
  const runs = process.env['RECAPITO_RUNS'] ?? join(root, '.recapito', 'runs');
  const newest = (await readdir(runs).catch(() => [])).toSorted((one, other) => one.localeCompare(other)).at(-1);
  if (newest === undefined) throw new Refused(`there is no run in ${runs}: name one with --run`);
  return join(runs, newest);
}

process.exitCode = await exitCodeOf({ options, help, run });
