import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PrismaClientLike } from '@recapito/database';
import type { Instant } from '@recapito/primitives';
import { Client } from 'pg';
import { eventually } from '../eventually.ts';
import type { ServiceStage } from '../service-stage.ts';

export interface IdleScene {
  readonly at: Instant;
  /** How many transactions a minute the service may make while there is nothing to do. */
  readonly transactionsAMinute: number;
}

const windowMs = 5_000;

/** What every service promises: where nothing happens, its database is asked seldom. PostgreSQL itself counts. */
export function idleSuite<Client extends PrismaClientLike>(
  stage: ServiceStage<Client>,
  { at, transactionsAMinute }: IdleScene,
): void {
  describe(`${stage.app}, while nothing happens`, () => {
    beforeAll(async () => {
      await stage.open(at);
    });
    afterAll(() => stage.stop());

    test(`makes at most ${transactionsAMinute} transactions a minute`, async () => {
      await eventually(
        async () => {
          const { inWork, outboxPending, consumersLag } = await stage.rehearsalState();
          expect({ inWork, outboxPending, consumersLag }).toEqual({ inWork: 0, outboxPending: 0, consumersLag: 0 });
          const before = await transactions();
          const begin = performance.now();
          await eventually(() => performance.now() - begin >= windowMs, { everyMs: 500 });
          const minutes = (performance.now() - begin) / 60_000;
          expect(((await transactions()) - before) / minutes).toBeLessThanOrEqual(transactionsAMinute);
        },
        // What a start leaves to be done may take a window or two.
        { everyMs: 100 },
      );
    });

    /** Transactions of the service's database so far, as the server counts them; a lone statement is one. */
    async function transactions(): Promise<number> {
      const { url } = await stage.database();
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        const { rows } = await client.query<{ count: string }>(
          `SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = current_database()`,
        );
        return Number(rows[0]?.count);
      } finally {
        await client.end();
      }
    }
  });
}
