import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Database } from '@recapito/database';
import { Breakers, ServiceCaller, SuiteClock } from '@recapito/platform';
import { SendingParts } from './application/send-communication.ts';
import { Submissions } from './certified-mail/submissions.ts';
import { CaptureChannels } from './channels/capture.ts';
import { NoChannels } from './channels/channels.ts';
import type { NotificationConfig } from './config.ts';
import { CommunicationsController } from './http/communications.controller.ts';
import { IdentityCalls } from './identity/identity-calls.ts';
import { DueCommunications } from './jobs/due-communications.ts';
import { SendingQueue, sendingQueue } from './jobs/sending-queue.ts';
import { CertifiedMailHolds } from './kafka/certified-mail-holds.ts';
import { CertifiedMailMessages } from './kafka/certified-mail-messages.ts';
import { IdentityAccesses } from './kafka/identity-accesses.ts';
import { IdentityHolders } from './kafka/identity-holders.ts';
import { MigrationMoves } from './kafka/migration-moves.ts';
import type { PrismaClient } from './persistence/generated/client.ts';
import { Texts } from './programme/texts.ts';
import { queueOptions } from './jobs/queue-options.ts';

/** The wiring of notification: the only place that lists its parts. */
@Module({})
export class AppModule {
  static for(config: NotificationConfig): DynamicModule {
    const texts = new Texts(config.programmes, config.programme);
    const channels = config.mode === 'production' ? new NoChannels() : new CaptureChannels(config.folder);
    return {
      module: AppModule,
      imports: [BullModule.registerQueue({ name: sendingQueue, ...queueOptions(config) })],
      controllers: [
        CommunicationsController,
        MigrationMoves,
        IdentityHolders,
        IdentityAccesses,
        CertifiedMailMessages,
        CertifiedMailHolds,
      ],
      providers: [
        { provide: Texts, useValue: texts },
        {
          provide: SendingParts,
          inject: [Database, SuiteClock, ServiceCaller, Breakers],
          useFactory: (
            database: Database<PrismaClient>,
            clock: SuiteClock,
            caller: ServiceCaller,
            breakers: Breakers,
          ) => {
            const identity = new IdentityCalls(caller, breakers, config.identityUrl);
            const submissions = new Submissions(caller, breakers, config.certifiedMailUrl);
            return new SendingParts(database, clock, identity, submissions, channels, texts.byProgramme);
          },
        },
        SendingQueue,
        DueCommunications,
      ],
    };
  }
}
