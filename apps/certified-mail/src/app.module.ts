import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Probe } from '@recapito/messaging';
import { Database, Presence } from '@recapito/database';
import {
  Breakers,
  Health,
  KnownSources,
  Metrics,
  ServiceCaller,
  SuiteClock,
  passwordChecks,
  tlsOf,
} from '@recapito/platform';
import { Antivirus } from './antivirus/antivirus.ts';
import { byMxOf, doorCredentialsOf, smtpDoorsOf, watchDueRows, publishEntriesOf } from './module-parts.ts';
import type { WatchedParts } from './module-parts.ts';
import { ExamineMessage } from './application/examine-message.ts';
import { Steps } from './application/steps.ts';
import type { Step } from './application/steps.ts';
import type { CertifiedMailConfig } from './config.ts';
import { Lmtp } from './dovecot/lmtp.ts';
import { FollowedSessions } from './gate/followed-sessions.ts';
import { MailGate } from './gate/mail-gate.ts';
import { mailGateOf } from './gate/mail-gate-of.ts';
import { MailFigures } from './application/mail-figures.ts';
import { AcceptSubmission } from './application/access/accept-submission.ts';
import { DecideArrival } from './application/restore/decide-arrival.ts';
import { ReceiveIncoming } from './application/incoming/receive-incoming.ts';
import { HoldsController } from './http/holds.controller.ts';
import { MessagesController } from './http/messages.controller.ts';
import { QuarantineController } from './http/quarantine.controller.ts';
import { ForgottenArrivalsController } from './http/forgotten-arrivals.controller.ts';
import { PaIndexController } from './http/pa-index.controller.ts';
import { ProviderIndexController } from './http/provider-index.controller.ts';
import { RefreshList } from './http/refresh-list.ts';
import { QueueController } from './http/queue.controller.ts';
import { SubmissionsController } from './http/submissions.controller.ts';
import { CarryEmission } from './application/delivery/carry-emission.ts';
import { CleanSpool } from './jobs/clean-spool.ts';
import { ClearQuarantine } from './jobs/clear-quarantine.ts';
import { Deadlines } from './jobs/deadlines.ts';
import { EndOverdue } from './jobs/end-overdue.ts';
import { MailWork } from './jobs/mail-work.ts';
import { WatchDueRows } from './jobs/watch-due-rows.ts';
import { PlaceArrival } from './application/delivery/place-arrival.ts';
import type { PrismaClient } from './persistence/generated/client.ts';
import { openHolds } from './persistence/hold.store.ts';
import { Installation } from './programme/installation.ts';
import { Quarantine, quarantineKey, quarantineKeys } from './files/quarantine.ts';
import { authorityFolder } from './programme/key-files.ts';
import { FollowLists } from './lists/follow-lists.ts';
import { OwnEntries } from './lists/own-entries.ts';
import { PublishEntries } from './lists/publish-entries.ts';
import { ClockGuard } from './time/clock-guard.ts';
import { AccessPoint } from './smtp/access-point.ts';
import { IncomingPoint } from './smtp/incoming-point.ts';
import { DoorCredentials } from './smtp/door-credential.ts';
import { OutgoingSmtp } from './smtp/outgoing-smtp.ts';
import { SmtpDoors, registerDoor } from './smtp/smtp-doors.ts';
import { ReceivedData } from './smtp/received-data.ts';
import { OrphanWatch } from './files/orphan-watch.ts';
import { Spool } from './files/spool.ts';
import { SpooledOriginals } from './files/spooled-originals.ts';

/** Certified-mail's wiring. */
@Module({})
export class AppModule {
  /** @param probe named instants for crash specs; the product passes none. */
  static for(config: CertifiedMailConfig, sessions: FollowedSessions, probe?: Probe<Step>): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        SubmissionsController,
        MessagesController,
        QueueController,
        HoldsController,
        QuarantineController,
        ProviderIndexController,
        PaIndexController,
        ForgottenArrivalsController,
      ],
      providers: [
        { provide: Installation, useFactory: () => Installation.read(config) },
        {
          provide: FollowLists,
          inject: [Installation, Health, Metrics],
          useFactory: (...parts: [Installation, Health, Metrics]) =>
            new FollowLists(...parts, config.listsEverySeconds * 1_000),
        },
        RefreshList,
        {
          provide: OwnEntries,
          inject: [Installation],
          useFactory: (installation: Installation) =>
            new OwnEntries(installation, join(config.secrets, authorityFolder), config.indexUrl),
        },
        {
          provide: PublishEntries,
          inject: [Installation, OwnEntries, DoorCredentials],
          useFactory: (...parts: [Installation, OwnEntries, DoorCredentials]) => publishEntriesOf(config, ...parts),
        },
        { provide: Spool, useValue: new Spool(join(config.folder, 'spool')) },
        {
          provide: Lmtp,
          inject: [Health],
          useFactory: (health: Health) => lmtpOf(config, health),
        },
        {
          provide: MailGate,
          inject: [Installation, Health, ClockGuard, Metrics],
          useFactory: (installation: Installation, health: Health, clockGuard: ClockGuard, metrics: Metrics) =>
            mailGateOf(config, installation, { health, clockGuard, metrics }),
        },
        {
          provide: FollowedSessions,
          inject: [Health],
          useFactory: (health: Health) => {
            health.register('ended-sessions', () => sessions.check());
            return sessions;
          },
        },
        {
          provide: Antivirus,
          inject: [Breakers, Health, Metrics],
          useFactory: (breakers: Breakers, health: Health, metrics: Metrics) =>
            Antivirus.of(config, { breakers, health, metrics }),
        },
        { provide: Quarantine, useFactory: () => quarantineOf(config) },
        { provide: ClockGuard, inject: [Health], useFactory: (health: Health) => clockGuardOf(config, health) },
        {
          provide: SpooledOriginals,
          inject: [Spool],
          useFactory: (spool: Spool) => new SpooledOriginals(spool),
        },
        { provide: Steps, useValue: new Steps(probe) },
        ExamineMessage,
        MailFigures,
        AcceptSubmission,
        ReceiveIncoming,
        DecideArrival,
        CarryEmission,
        PlaceArrival,
        OrphanWatch,
        CleanSpool,
        ClearQuarantine,
        Deadlines,
        EndOverdue,
        {
          provide: WatchDueRows,
          inject: [Database, SuiteClock, Installation, Health, Metrics],
          useFactory: (...parts: WatchedParts) => watchDueRows(config, ...parts),
        },
        { provide: ReceivedData, useValue: new ReceivedData(join(config.folder, 'incoming'), config.smtpMemoryBytes) },
        {
          provide: DoorCredentials,
          inject: [Installation, Health],
          useFactory: (...parts: [Installation, Health]) => doorCredentialsOf(config, ...parts),
        },
        {
          provide: SmtpDoors,
          inject: [Metrics, DoorCredentials, KnownSources],
          useFactory: (...parts: [Metrics, DoorCredentials, KnownSources]) => smtpDoorsOf(config, ...parts),
        },
        {
          provide: AccessPoint,
          inject: [
            Database,
            SuiteClock,
            Installation,
            MailGate,
            ReceivedData,
            AcceptSubmission,
            SmtpDoors,
            ServiceCaller,
            Breakers,
            Health,
            Metrics,
          ],
          useFactory: (...parts: AccessPointParts) => accessPointOf(config, ...parts),
        },
        {
          provide: OutgoingSmtp,
          inject: [Installation, Breakers],
          useFactory: (installation: Installation, breakers: Breakers) =>
            new OutgoingSmtp(installation, byMxOf(config), config.specialAddresses, breakers),
        },
        {
          provide: IncomingPoint,
          inject: [Installation, ReceiveIncoming, ReceivedData, SmtpDoors, Health, Metrics],
          useFactory: incomingPointOf,
        },
        {
          provide: Presence,
          useValue: new Presence({ databaseUrl: config.databaseUrl, service: 'certified-mail' }),
        },
        MailWork,
      ],
    };
  }
}

type AccessPointParts = [
  Database<PrismaClient>,
  SuiteClock,
  Installation,
  MailGate,
  ReceivedData,
  AcceptSubmission,
  SmtpDoors,
  ServiceCaller,
  Breakers,
  Health,
  Metrics,
];

function accessPointOf(
  { identityUrl }: CertifiedMailConfig,
  ...[
    database,
    clock,
    installation,
    gate,
    taken,
    acceptSubmission,
    { access },
    caller,
    breakers,
    health,
    metrics,
  ]: AccessPointParts
): AccessPoint {
  const check = passwordChecks({ caller, breakers }, identityUrl);
  const point = new AccessPoint(
    { database, clock, rules: { installation, gate }, taken, acceptSubmission },
    check,
    access,
  );
  metrics.gauge('recapito_boxes_held', 'Boxes whose sending is held', [], async (gauge) =>
    gauge.set(await openHolds(database.client)),
  );
  return registerDoor('access-point', point, { health, metrics });
}

function incomingPointOf(
  installation: Installation,
  receiveIncoming: ReceiveIncoming,
  taken: ReceivedData,
  { incoming }: SmtpDoors,
  health: Health,
  metrics: Metrics,
): IncomingPoint {
  return registerDoor('incoming-point', new IncomingPoint({ installation, receiveIncoming, taken }, incoming), {
    health,
    metrics,
  });
}

function lmtpOf(config: CertifiedMailConfig, health: Health): Lmtp {
  const { lmtpHost: host, lmtpPort: port, lmtpConnections: connections } = config;
  const lmtp = new Lmtp({ host, port, connections, tls: tlsOf(config, { ca: 'lmtpCa' }) });
  health.register('mail-store', () => lmtp.check());
  return lmtp;
}

/** @throws Error when viruses are looked for and there is no key to close them away with. */
function quarantineOf({ folder, secrets, clamdPort }: CertifiedMailConfig): Quarantine {
  const keys = quarantineKeys(secrets);
  if (keys.length === 0 && clamdPort !== undefined)
    throw new Error(`viruses are looked for, and ${quarantineKey} is not among the secrets`);
  return new Quarantine(join(folder, 'quarantine'), keys);
}

function clockGuardOf(
  { timeSources: sources = [], clockOffsetMs: mostOffsetMs, clockUnheardSeconds }: CertifiedMailConfig,
  health: Health,
): ClockGuard {
  const guard = new ClockGuard({ sources, mostOffsetMs, unheardMs: clockUnheardSeconds * 1_000 });
  health.register('system-clock', () => guard.check());
  return guard;
}
