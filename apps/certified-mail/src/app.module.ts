import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Probe, ServiceConnection } from '@recapito/messaging';
import {
  Breakers,
  Database,
  Health,
  Metrics,
  passwordChecks,
  ServiceCaller,
  serviceLogger,
  SuiteClock,
} from '@recapito/platform';
import { MailParts } from './application/mail-parts.ts';
import type { CertifiedMailConfig } from './config.ts';
import { Lmtp } from './dovecot/lmtp.ts';
import { MailGate } from './gate/mail-gate.ts';
import { HandOver } from './hand-over/hand-over.ts';
import { SubmissionsController } from './http/submissions.controller.ts';
import { CarryEmission } from './jobs/carry-emission.ts';
import { CleanSpool } from './jobs/clean-spool.ts';
import { Deadlines } from './jobs/deadlines.ts';
import { MailWork } from './jobs/mail-work.ts';
import { PlaceArrival } from './jobs/place-arrival.ts';
import type { PlacementPoint } from './jobs/place-arrival.ts';
import type { PrismaClient } from './persistence/generated/client.ts';
import { Installation } from './programme/installation.ts';
import { accessDoors, tellOfDoors } from './smtp/access-doors.ts';
import { AccessPoint } from './smtp/access-point.ts';
import { TakenData } from './smtp/taken-data.ts';
import { Spool } from './spool/spool.ts';

/** Certified-mail's wiring. */
@Module({})
export class AppModule {
  /** @param probe named instants for crash specs; the product passes none. */
  static for(config: CertifiedMailConfig, probe?: Probe<PlacementPoint>): DynamicModule {
    return {
      module: AppModule,
      controllers: [SubmissionsController],
      providers: [
        { provide: Installation, useFactory: () => Installation.read(config) },
        { provide: Spool, useValue: new Spool(join(config.folder, 'spool')) },
        {
          provide: Lmtp,
          inject: [Health],
          useFactory: (health: Health) => lmtpOf(config, health),
        },
        {
          provide: MailGate,
          inject: [Installation, Health],
          useFactory: (installation: Installation, health: Health) =>
            new MailGate(installation, connectionOf(config), health),
        },
        MailParts,
        HandOver,
        CarryEmission,
        {
          provide: PlaceArrival,
          inject: [Database, SuiteClock, MailParts, Lmtp],
          useFactory: (database: Database<PrismaClient>, clock: SuiteClock, parts: MailParts, lmtp: Lmtp) =>
            new PlaceArrival(database, clock, parts, lmtp, probe),
        },
        CleanSpool,
        Deadlines,
        {
          provide: AccessPoint,
          inject: [Database, SuiteClock, MailParts, ServiceCaller, Breakers, Health, Metrics],
          useFactory: (...parts: AccessPointParts) => accessPointOf(config, ...parts),
        },
        MailWork,
      ],
    };
  }
}

type AccessPointParts = [Database<PrismaClient>, SuiteClock, MailParts, ServiceCaller, Breakers, Health, Metrics];

function accessPointOf(
  config: CertifiedMailConfig,
  ...[database, clock, mail, caller, breakers, health, metrics]: AccessPointParts
): AccessPoint {
  const taken = new TakenData(join(config.folder, 'incoming'), config.smtpMemoryBytes);
  const logger = serviceLogger('certified-mail', config.logLevel);
  const check = passwordChecks({ caller, breakers }, config.identityUrl);
  const doors = accessDoors(config, { metrics, logger });
  return tellOfDoors(new AccessPoint({ database, clock, mail, taken }, check, doors), { health, metrics });
}

function lmtpOf(
  { lmtpHost: host, lmtpPort: port, lmtpConnections: connections }: CertifiedMailConfig,
  health: Health,
): Lmtp {
  const lmtp = new Lmtp({ host, port, connections });
  health.register('mail-store', () => lmtp.check());
  // What this service runs without is said here, so that nobody takes its silence for protection.
  health.register('antivirus', () => ({ state: 'ok', engine: 'none' }));
  return lmtp;
}

function connectionOf({ kafkaBrokers, namespace, logLevel }: CertifiedMailConfig): ServiceConnection {
  const logger = serviceLogger('certified-mail', logLevel);
  return { service: 'certified-mail', brokers: kafkaBrokers, namespace, logger };
}
