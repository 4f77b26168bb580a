import { chown } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { eventually, memoryDisk, ownServers } from '@recapito/testing';
import type { MemoryDisk, OwnServers } from '@recapito/testing';
import { account } from '@recapito/servers';
import { Client } from 'pg';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { incoherences } from './coherence.ts';
import { factsOf, mail, quiet, submit } from './post.ts';
import { comune, inpsSender, Stage } from './stage.ts';

const stage = new Stage();
let own: OwnServers;
let disk: MemoryDisk;
let service: RunningService<PrismaClient>;
let notification: string;

/** PostgreSQL of the spec's own, with the tables of certified-mail on a disk of their own; its log lies elsewhere. */
beforeAll(async () => {
  own = await ownServers('postgres');
  const cluster = own.servers.environment['RECAPITO_POSTGRES_URL'] ?? '';
  process.env['RECAPITO_POSTGRES_URL'] = cluster;
  disk = await memoryDisk(32);
  const { uid, gid } = account('postgres') ?? { uid: 0, gid: 0 };
  await chown(disk.path, uid, gid);
  const administrator = new Client({ connectionString: cluster });
  await administrator.connect();
  await administrator.query(`CREATE TABLESPACE small LOCATION '${disk.path}'`);
  await administrator.query(`ALTER DATABASE "${(await stage.database()).name}" SET TABLESPACE small`);
  await administrator.end();
  await stage.set();
  service = await stage.service();
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(async () => {
  await stage.end();
  await own.remove();
  await disk.remove();
});

const subjectOf = (nth: number) => `Messaggio ${nth}`;
const send = (nth: number) =>
  submit(service, notification, mail(inpsSender, comune, [`Subject: ${subjectOf(nth)}`]), { key: `full-${nth}` });

/** How often a message lies in the recipient's box. */
function copies(nth: number): number {
  const line = `Subject: POSTA CERTIFICATA: ${subjectOf(nth)}\r\n`;
  return stage.store.messagesOf(comune).filter((message) => message.includes(line)).length;
}

describe('a database whose disk is full', () => {
  const accepted = new Map<number, string>();
  let rejected = 0;

  test('turns messages away for now, in words, and takes none by halves', async () => {
    await disk.fill();
    const refused = await eventually(
      async () => {
        const nth = accepted.size + 1;
        const { status, body } = await send(nth);
        if (status === 201) accepted.set(nth, body.identificativo);
        rejected = nth;
        return status !== 201 && { status, body };
      },
      { everyMs: 0 },
    );
    expect(refused).toMatchObject({ status: 503, body: { type: 'service/unavailable' } });
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });

  test('goes on when there is room: what was taken is delivered, and what was turned away is taken once', async () => {
    await disk.makeRoom();
    const again = await eventually(async () => {
      const answer = await send(rejected);
      return answer.status === 201 && answer;
    });
    expect(await send(rejected)).toEqual(again);
    accepted.set(rejected, again.body.identificativo);
    expect(new Set(accepted.values()).size).toBe(accepted.size);
    await quiet(service);
    for (const [nth, identificativo] of accepted) {
      const types = (await factsOf(service, identificativo)).map(({ type }) => type);
      expect({ nth, copies: copies(nth), types: types.filter((type) => /accepted|delivered/.test(type)) }).toEqual({
        nth,
        copies: 1,
        types: ['message-accepted', 'message-delivered'],
      });
    }
    expect(incoherences(await factsOf(service))).toEqual([]);
  });
});
