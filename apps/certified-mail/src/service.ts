import type { Probe } from '@recapito/messaging';
import { connectionOf } from '@recapito/platform';
import type { Grants, Service } from '@recapito/platform';
import { join } from 'node:path';
import { AppModule } from './app.module.ts';
import type { Step } from './application/steps.ts';
import { certifiedMailForgotten } from './application/restore/rebuild-facts.ts';
import type { RebuildParts } from './application/restore/rebuild-acceptance.ts';
import { Spool } from './files/spool.ts';
import { FollowedSessions } from './gate/followed-sessions.ts';
import { Installation } from './programme/installation.ts';
import type { CertifiedMailConfig } from './config.ts';
import { PrismaClient } from './persistence/generated/client.ts';
import { lastHeldAmong } from './persistence/hold.store.ts';
import { lackingIn } from './production.ts';
import { citizenSessions } from './http/citizen-sessions.ts';

/** Which service, and which operator, may do what here. Holders may submit from the box they have opened. */
const grants: Grants = {
  notification: ['submit-message', 'read-submission'],
  operator: [
    'search-messages',
    'read-message',
    'read-submission',
    'operate-queue',
    'decide-arrivals',
    'read-quarantine',
    'read-lists',
    'refresh-lists',
    'read-holds',
    'hold-sending',
    'release-sending',
  ],
};

/** Certified-mail, ready to be started. */
export function certifiedMailService(config: CertifiedMailConfig, probe?: Probe<Step>): Service<PrismaClient> {
  const ended = new FollowedSessions(
    connectionOf('certified-mail', config),
    join(config.folder, 'ended-sessions.json'),
  );
  return {
    name: 'certified-mail',
    config,
    module: AppModule.for(config, ended, probe),
    database: {
      client: PrismaClient,
      migrations: new URL('../prisma/migrations', import.meta.url),
      forgotten: certifiedMailForgotten(keptFor(60_000, () => rebuildParts(config))),
    },
    grants,
    lacking: lackingIn(config),
    sessions: ({ database, keys }) =>
      citizenSessions(keys, async (holder, session) => {
        if (database === undefined) throw new Error('certified-mail has a database');
        const held = (await lastHeldAmong(database.client, [holder])).get(holder);
        return Math.max(held ?? 0, ended.endedMs(holder, session) ?? 0);
      }),
    rawBodies: { 'message/rfc822': config.submissionBytes },
  };
}

/** What `read` reads, and reads again when that is older than so many milliseconds. */
function keptFor<Value>(milliseconds: number, read: () => Promise<Value>): () => Promise<Value> {
  let kept: { readonly value: Promise<Value>; readonly until: number } | undefined;
  return async () => {
    if (kept === undefined || performance.now() > kept.until)
      kept = { value: read(), until: performance.now() + milliseconds };
    return await kept.value;
  };
}

/** Lists and files are as they are when the database was put back. */
async function rebuildParts(config: CertifiedMailConfig): Promise<RebuildParts> {
  const spool = new Spool(join(config.folder, 'spool'));
  await spool.prepare();
  return { installation: await Installation.read(config), spool };
}
