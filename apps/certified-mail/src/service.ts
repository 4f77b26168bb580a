import type { Probe } from '@recapito/messaging';
import type { Grants, Service } from '@recapito/platform';
import { AppModule } from './app.module.ts';
import type { Step } from './application/mail-parts.ts';
import type { CertifiedMailConfig } from './config.ts';
import { PrismaClient } from './persistence/generated/client.ts';
import { lastHeldAmong } from './persistence/hold.store.ts';
import { lackingIn } from './production.ts';
import { citizenSessions } from './http/citizen-sessions.ts';

/** Which service, and which operator, may do what here. Holders may submit from the box they have opened. */
export const grants: Grants = {
  notification: ['submit-message', 'read-submission'],
  operator: [
    'read-submission',
    'operate-queue',
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
  return {
    name: 'certified-mail',
    config,
    module: AppModule.for(config, probe),
    database: { client: PrismaClient, migrations: new URL('../prisma/migrations', import.meta.url) },
    grants,
    lacking: lackingIn(config),
    sessions: ({ database, keys }) =>
      citizenSessions(keys, async (holder) => {
        if (database === undefined) throw new Error('certified-mail has a database');
        return (await lastHeldAmong(database.client, [holder])).get(holder);
      }),
    rawBodies: { 'message/rfc822': config.submissionBytes },
  };
}
