// npm run restore -- DIR --keys DIR: makes a run from a backup.
import { join } from 'node:path';
import { callersPath, exitCodeOf, Refused, secretsFolder } from '../command-line/index.ts';
import type { Words } from '../command-line/index.ts';
import { root } from '@recapito/servers';
import { BytesLine } from './bytes-line.ts';
import { restore } from './restore.ts';

const help = `npm run restore -- DIR --keys DIR: makes a run from what npm run backup has written, and says how to start it.

  npm run restore -- /srv/backup/sunday --keys /media/safe/sunday --to /srv/recapito/run

First every file is compared with its SHA-256; of a backup that is damaged nothing is restored. A restore that was interrupted
is repeated by the same command. What happened after the instant of the backup is not in it. Services that are started on it
take a new epoch, and audit-log a new log, so that nobody takes the second life of an instant for the first.

Options
  --keys DIR      where the keys of the backup lie (required)
  --to DIR        the folder of the new run: empty, or not there (default: a new one under .recapito/runs)
  --secrets DIR   where the secrets go; what is there must be the same (default: .recapito/secrets)
  --overwrite     removes what lies in the folder of --to
  --help          this text

Exit codes: 0 done, 1 a fault, 2 refused.
`;

const options = {
  keys: { type: 'string' },
  to: { type: 'string' },
  secrets: { type: 'string' },
  overwrite: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

async function run({ values, positionals }: Words<typeof options>): Promise<void> {
  const [data, ...others] = positionals;
  if (data === undefined || others.length > 0) throw new Refused(`one folder of a backup is needed\n\n${help}`);
  if (values.keys === undefined) throw new Refused(`--keys says where the keys of the backup lie\n\n${help}`);
  const line = new BytesLine(process.stdout);
  const to = values.to === undefined ? newRunFolder() : callersPath(values.to);
  const { takenAt } = await restore({
    data: callersPath(data),
    keys: callersPath(values.keys),
    run: to,
    secrets: secretsFolder(values.secrets),
    overwrite: values.overwrite,
    says: (words) => line.say(`${words}.`),
    verified: (bytes, of) => line.part(bytes, of),
    copied: (bytes) => line.add(bytes),
  });
  line.say(`Restored: ${to} is as it was at ${takenAt}. To go on:\n  npm start -- --continue ${to}`);
}

function newRunFolder(): string {
  const runs = process.env['RECAPITO_RUNS'] ?? join(root, '.recapito', 'runs');
  return join(runs, new Date().toISOString().slice(0, 19).replaceAll(':', '-'));
}

process.exitCode = await exitCodeOf({ options, help, run });
