// Mailbox as a program that kills itself behind the first commit that wrote into a table, named by its one argument: the
// relay, which is told of the same commit, has not sent a byte of it yet.
import { outboxPending } from '@recapito/messaging';
import { start } from '@recapito/platform';
import { eventually } from '@recapito/testing';
import { configOfProcess } from '../../src/config.ts';
import type { Tx } from '../../src/persistence/tx.ts';
import { mailboxService } from '../../src/service.ts';

const running = await start(mailboxService(configOfProcess()));
await running.ready;
const { database } = running.platform;
if (database === undefined) throw new Error('mailbox has a database');
const written = `SELECT EXISTS (SELECT FROM ${process.argv[2]} WHERE xmin = pg_current_xact_id()::xid) AS written`;
const transaction = database.transaction.bind(database);
database.transaction = async <Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> => {
  let wrote = false;
  const result = await transaction(async (tx) => {
    const done = await work(tx);
    const [row] = await tx.$queryRawUnsafe<{ written: boolean }[]>(written);
    wrote = row?.written ?? false;
    return done;
  });
  if (wrote) process.kill(process.pid, 'SIGKILL');
  return result;
};
// What the start itself had to tell is told: what is left unpublished is that commit's.
await eventually(async () => (await outboxPending(database.client)) === 0);
process.stdout.write('ready to die\n');
