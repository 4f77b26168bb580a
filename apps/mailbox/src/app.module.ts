import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Database } from '@recapito/database';
import {
  Breakers,
  connectionOf,
  DueWork,
  HttpClient,
  passwordChecks,
  ServiceCaller,
  SuiteClock,
  tlsOf,
} from '@recapito/platform';
import { LogInParts } from './application/admit-log-in.ts';
import { ArmedCalendars } from './application/armed-calendars.ts';
import { storeOf } from './config.ts';
import type { MailboxConfig } from './config.ts';
import { Doveadm } from './dovecot/doveadm.ts';
import { MailStore } from './dovecot/mail-store.ts';
import { sharedSecret } from './dovecot/shared-secret.ts';
import { storeFolder } from './dovecot/store-folder.ts';
import { CalendarsController } from './http/calendars.controller.ts';
import { CapabilitiesController } from './http/capabilities.controller.ts';
import { HolderBoxesController } from './http/holder-boxes.controller.ts';
import { DirectoryController } from './http/directory.controller.ts';
import { GateController } from './http/gate.controller.ts';
import { MailboxesController } from './http/mailboxes.controller.ts';
import { Preparation } from './jobs/preparation.ts';
import { Boundaries } from './jobs/boundaries.ts';
import { Dismissals } from './jobs/dismissals.ts';
import { LiveSessions } from './jobs/live-sessions.ts';
import { ProvisioningRuns } from './jobs/provisioning-runs.ts';
import { RepairTopics } from './jobs/repair-topics.ts';
import { TopicRepair } from './application/topic-repair.ts';
import { CertifiedMailHolds } from './kafka/certified-mail-holds.ts';
import { MigrationMoves } from './kafka/migration-moves.ts';
import type { PrismaClient } from './persistence/generated/client.ts';
import { Programme, readProgramme } from './programme/read-programme.ts';

/** Mailbox's wiring. */
@Module({})
export class AppModule {
  static for(config: MailboxConfig): DynamicModule {
    const store = storeOf(config);
    const programme = readProgramme(config.programmes, config.programme);
    return {
      module: AppModule,
      controllers: [
        MailboxesController,
        CapabilitiesController,
        HolderBoxesController,
        CalendarsController,
        DirectoryController,
        GateController,
        MigrationMoves,
        CertifiedMailHolds,
      ],
      providers: [
        ArmedCalendars,
        { provide: Programme, useValue: programme },
        { provide: MailStore, useValue: new MailStore(storeFolder(store)) },
        {
          provide: Doveadm,
          useFactory: () =>
            new Doveadm(
              config.doveadmUrl,
              () => sharedSecret(store, 'doveadm.key'),
              new HttpClient(tlsOf(config, { ca: 'httpCa' })),
            ),
        },
        {
          provide: LogInParts,
          inject: [ArmedCalendars, ServiceCaller, Breakers],
          useFactory: (calendars: ArmedCalendars, caller: ServiceCaller, breakers: Breakers) =>
            new LogInParts(
              calendars,
              programme.serviceOfDomain,
              programme.bodies,
              passwordChecks({ caller, breakers }, config.identityUrl),
            ),
        },
        Preparation,
        LiveSessions,
        Dismissals,
        Boundaries,
        ProvisioningRuns,
        RepairTopics,
        {
          provide: TopicRepair,
          inject: [Database, SuiteClock, DueWork],
          useFactory: (database: Database<PrismaClient>, clock: SuiteClock, dueWork: DueWork) =>
            new TopicRepair(database, clock, dueWork, connectionOf('mailbox', config)),
        },
      ],
    };
  }
}
