import type { Service, ServiceConfig } from '@recapito/platform';
import { AppModule } from './app.module.ts';
import { PrismaClient } from './persistence/generated/client.ts';

/** Migration as platform starts it: who may call it, what it reads, where its tables come from. */
export function migrationService(config: ServiceConfig): Service<PrismaClient> {
  return {
    name: 'migration',
    config,
    module: AppModule.for(config),
    database: { client: PrismaClient, migrations: new URL('../prisma/migrations', import.meta.url) },
    grants: { operator: ['run-campaign', 'read-campaign', 'read-rejects'] },
    facts: {
      ignore: {
        'identity.holders.v1': ['holder-registered', 'holder-recognised', 'pin-issued', 'enrolment-step-done'],
        'mailbox.mailboxes.v1': ['box-registered', 'box-state-changed'],
        'notification.communications.v1': [
          'communication-asked',
          'communication-submitted',
          'communication-failed',
          'communication-abandoned',
        ],
      },
    },
  };
}
