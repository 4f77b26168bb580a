// npm run backup -- DIR --keys DIR: a backup of the suite of npm start, while it runs or stands.
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../servers/index.ts';
import { backUp } from './back-up.ts';
import { BytesLine } from './bytes-line.ts';
import { Refused } from './refused.ts';

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

async function main(): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function run(): Promise<number> {
  const { values, positionals } = read();
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const [data, ...others] = positionals;
  if (data === undefined || others.length > 0) throw new Refused(`one folder for the data is needed\n\n${help}`);
  if (values.keys === undefined)
    throw new Refused(`--keys says where the keys go: they never lie beside the data\n\n${help}`);
  // npm runs scripts in the repository's root; a folder is meant from where the caller stands.
  const from = (folder: string) => resolve(process.env['INIT_CWD'] ?? process.cwd(), folder);
  const line = new BytesLine(process.stdout);
  const manifest = await backUp({
    run: values.run === undefined ? await newestRun() : from(values.run),
    data: from(data),
    keys: from(values.keys),
    secrets: values.secrets === undefined ? join(root, '.recapito', 'secrets') : from(values.secrets),
    says: (words) => line.say(`${words}.`),
    copied: (bytes) => line.add(bytes),
  });
  line.say(`Backed up: ${from(data)} holds the state of ${manifest.takenAt}, ${from(values.keys)} its keys.`);
  return 0;
}

function read() {
  try {
    const { values, positionals } = parseArgs({
      options: {
        keys: { type: 'string' },
        run: { type: 'string' },
        secrets: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    return { values, positionals };
  } catch (error) {
    throw new Refused(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}

async function newestRun(): Promise<string> {
  const runs = process.env['RECAPITO_RUNS'] ?? join(root, '.recapito', 'runs');
  const newest = (await readdir(runs).catch(() => [])).toSorted((one, other) => one.localeCompare(other)).at(-1);
  if (newest === undefined) throw new Refused(`there is no run in ${runs}: name one with --run`);
  return join(runs, newest);
}

process.exitCode = await main();
