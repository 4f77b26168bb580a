import {
  boxRegistered,
  boxStateChanged,
  communicationAbandoned,
  communicationAsked,
  communicationFailed,
  communicationSubmitted,
  enrolmentStepDone,
  holderRecognised,
  holderRegistered,
  pinIssued,
} from '@recapito/contracts';
import type { Service, ServiceConfig } from '@recapito/platform';
import { AppModule } from './app.module.ts';
import { migrationForgotten } from './application/rebuild-facts.ts';
import { Campaigns } from './programme/campaigns.ts';
import { PrismaClient } from './persistence/generated/client.ts';

/** Events of the topics that migration reads which change no move. */
const ignoredEvents = [
  holderRegistered,
  holderRecognised,
  pinIssued,
  enrolmentStepDone,
  boxRegistered,
  boxStateChanged,
  communicationAsked,
  communicationSubmitted,
  communicationFailed,
  communicationAbandoned,
];

/** Migration as platform starts it: who may call it, what it reads, where its tables come from. */
export function migrationService(config: ServiceConfig): Service<PrismaClient> {
  const campaigns = new Campaigns(config.programmes);
  return {
    name: 'migration',
    config,
    module: AppModule.for(config),
    database: {
      client: PrismaClient,
      migrations: new URL('../prisma/migrations', import.meta.url),
      forgotten: migrationForgotten((programme) => campaigns.of(programme)),
    },
    grants: { operator: ['run-campaign', 'read-campaign', 'read-rejects'] },
    facts: { ignore: ignoredEvents },
  };
}
