import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { readSecret } from '@recapito/platform';
import type { ServiceConfig } from '@recapito/platform';
import { CohortFolder } from './cohort-file/cohort-folder.ts';
import { HolderKey } from './holder-key.ts';
import { CampaignsController } from './http/campaigns.controller.ts';
import { CsvBodies } from './http/csv-bodies.ts';
import { LoadsController } from './http/loads.controller.ts';
import { LoadRunner } from './jobs/load-runner.ts';
import { IdentityHolders } from './kafka/identity-holders.ts';
import { MailboxMailboxes } from './kafka/mailbox-mailboxes.ts';
import { NotificationCommunications } from './kafka/notification-communications.ts';
import { Campaigns } from './programme/campaigns.ts';

/** The wiring of migration: the only place that lists its parts. */
@Module({})
export class AppModule {
  static for(config: ServiceConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        CampaignsController,
        LoadsController,
        IdentityHolders,
        MailboxMailboxes,
        NotificationCommunications,
      ],
      providers: [
        { provide: Campaigns, useValue: new Campaigns(config.programmes) },
        { provide: CohortFolder, useValue: new CohortFolder(config.folder) },
        { provide: HolderKey, useValue: new HolderKey(readSecret(config.secrets, 'holder-id.key')) },
        CsvBodies,
        LoadRunner,
      ],
    };
  }
}
