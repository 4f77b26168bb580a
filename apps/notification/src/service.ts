import type { Service } from '@recapito/platform';
import { AppModule } from './app.module.ts';
import type { NotificationConfig } from './config.ts';
import { PrismaClient } from './persistence/generated/client.ts';

/** Notification as platform starts it: who may call it, what it reads past, where its tables come from. */
export function notificationService(config: NotificationConfig): Service<PrismaClient> {
  return {
    name: 'notification',
    config,
    module: AppModule.for(config),
    database: { client: PrismaClient, migrations: new URL('../prisma/migrations', import.meta.url) },
    grants: { operator: ['list-communications'] },
    facts: {
      ignore: {
        'migration.moves.v1': [
          'campaign-proposed',
          'campaign-opened',
          'campaign-loaded',
          'campaign-closed',
          'move-planned',
          'switch-asked',
          'move-lapsed',
          'move-refused',
        ],
        'identity.holders.v1': [
          'holder-registered',
          'holder-recognised',
          'enrolment-opened',
          'enrolment-reissued',
          'enrolment-step-done',
          'enrolment-confirmed',
          'enrolment-voided',
        ],
        'identity.accesses.v1': ['access-tried', 'holder-blocked', 'holder-unblocked'],
        'certified-mail.holds.v1': ['release-asked', 'release-withdrawn', 'sending-released'],
        'certified-mail.messages.v1': [
          'envelope-dispatched',
          'envelope-arrived',
          'taken-in-charge',
          'receipt-unplaced',
          'receipt-carried',
          'receipt-doubted',
          'arrival-repeated',
          'arrived-in-clear',
          'original-lost',
          'receipt-overdue',
        ],
      },
    },
  };
}
