import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRoot } from '@recapito/servers';

/** Files of a run that does not run, by their paths; enough to be told apart in a backup. */
export const dataOfRun: Readonly<Record<string, string>> = {
  'postgres/PG_VERSION': '18\n',
  'postgres/base/1/1249': 'rows',
  'kafka/log/mailbox.directory.v1-0/00000000000000000000.log': 'records',
  'store/homes/pec.example/anna/mail/mailboxes/INBOX/dbox-Mails/u.1': 'a message',
  'services/certified-mail/spool/e1796000000000/opec1@pec.example': 'a message on its way',
  'services/certified-mail/quarantine/1d2c': 'a message with a virus, enciphered',
  'services/audit-log/epoch-recapito_audit_log': '1796000000000\n',
  'rehearsal/input.json': '{}',
};

/** What opens something, in the run and in the folder of secrets. */
export const keysOfRun: Readonly<Record<string, string>> = {
  'postgres.password': 'the password of the cluster',
  'kafka/credentials/mailbox.password': 'the password of mailbox at the broker',
  'store/doveadm.key': 'the key of doveadm',
  'store/gate.token': 'the token of the gate',
  'store/tls-key.pem': 'the key of TLS',
};
export const secretsOfRun: Readonly<Record<string, string>> = {
  'checkpoint.key': 'the key of checkpoints',
  'providers/inps.key': 'the key of a provider',
};

/** Files that are made again, and belong into no backup. */
export const madeAgain: Readonly<Record<string, string>> = {
  'kafka/log/mailbox.directory.v1-0/00000000000000000000.index': 'an index',
  'postgres/postmaster.pid': '4711',
  'store/dovecot.conf': 'doveadm_api_key = the key of doveadm',
  'logs/mailbox.log': 'a log',
};

/** Writes files below a folder. */
export async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { mode: 0o640 });
  }
}

/** A run that does not run, with its secrets beside it. */
export async function standingRun(place: string): Promise<{ run: string; secrets: string }> {
  const [run, secrets] = [join(place, 'run'), join(place, 'secrets')];
  await write(run, { ...dataOfRun, ...keysOfRun, ...madeAgain, 'postgres.initialised': '' });
  await symlink('../../../rights/cec-pac/active', join(run, 'store/homes/pec.example/anna/rights'));
  await write(secrets, secretsOfRun);
  return { run, secrets };
}

/** A folder that the accounts of the servers may enter is one that lies where everybody may go. */
export const openTo = isRoot() ? 0o755 : 0o700;
