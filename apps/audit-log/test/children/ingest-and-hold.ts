// Ingests one topic and signs its checkpoints, and holds still at the point that its argument names: whoever started
// this process takes its life there.
import { Database } from '@recapito/database';
import { SystemClock } from '@recapito/platform';
import { signCheckpoint } from '../../src/application/sign-checkpoint.ts';
import { BulkTransactions } from '../../src/persistence/bulk-transactions.ts';
import type { BulkTransaction } from '../../src/persistence/bulk-transactions.ts';
import { PrismaClient } from '../../src/persistence/generated/client.ts';
import { CheckpointKey } from '../../src/sealing/checkpoint-key.ts';
import { ingestOn } from '../ingest-on.ts';
import { checkpointSeed, origin } from '../scene.ts';

const [, , point] = process.argv;
const databaseUrl = process.env['RECAPITO_DATABASE_URL'] ?? '';
const clock = new SystemClock();

async function hold(where: string): Promise<void> {
  if (where !== point) return;
  process.stdout.write(`${where}\n`);
  await new Promise(() => setInterval(() => undefined, 60_000));
}

/** Transactions that appended something can be held between their work and their commit, and right after it. */
class HeldTransactions extends BulkTransactions {
  override async run<Result>(work: (tx: BulkTransaction) => Promise<Result>): Promise<Result> {
    let copied = false;
    const result = await super.run(async (tx) => {
      const watched: BulkTransaction = {
        ...tx,
        copy: async (...rows) => {
          await tx.copy(...rows);
          copied = true;
          await hold('copied');
        },
      };
      const done = await work(watched);
      if (copied) await hold('before-commit');
      return done;
    });
    if (copied) await hold('after-commit');
    return result;
  }
}

const ingest = ingestOn(new HeldTransactions(databaseUrl), process.env['RECAPITO_NAMESPACE'] ?? '');
ingest.onServiceStart();

const database = new Database(PrismaClient, databaseUrl);
const key = new CheckpointKey(origin, checkpointSeed);
for (;;) {
  const head = await database.transaction(async (tx) => {
    const signed = await signCheckpoint(tx, { key, at: clock.now() });
    if (signed !== null) await hold('before-checkpoint-commit');
    return signed;
  });
  if (head !== null) await hold('after-checkpoint-commit');
  await new Promise((resolve) => setTimeout(resolve, 20));
}
