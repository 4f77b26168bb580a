import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Database } from '@recapito/database';
import {
  ClosedDoors,
  DueWork,
  Health,
  KeyRing,
  KnownSources,
  Metrics,
  serviceLogger,
  SourceRate,
  SuiteClock,
  SystemClock,
} from '@recapito/platform';
import type { IdentityConfig } from './config.ts';
import { HashPool } from './hashing/hash-pool.ts';
import { PreparedHashes } from './hashing/prepared-hashes.ts';
import { BodiesController } from './http/bodies.controller.ts';
import { EnrolmentsController } from './http/enrolments.controller.ts';
import { FirstAccessController } from './http/first-access.controller.ts';
import { HolderSearchController } from './http/holder-search.controller.ts';
import { HoldersController } from './http/holders.controller.ts';
import { IdentityParts } from './http/identity-parts.ts';
import { PasswordChecksController } from './http/password-checks.controller.ts';
import { PinsController } from './http/pins.controller.ts';
import { PasswordController } from './http/password.controller.ts';
import { ProgrammeController } from './http/programme.controller.ts';
import { SessionsController } from './http/sessions.controller.ts';
import { VoidEnrolments } from './jobs/void-enrolments.ts';
import { WatchFirstAccessKeys } from './jobs/watch-first-access-keys.ts';
import { CertifiedMailHolds } from './kafka/certified-mail-holds.ts';
import { MailboxMailboxes } from './kafka/mailbox-mailboxes.ts';
import { MigrationMoves } from './kafka/migration-moves.ts';
import { operatorControllers, operatorProviders } from './operators.wiring.ts';
import type { PrismaClient } from './persistence/tx.ts';
import { readBodies } from './programme/bodies.ts';
import { readCitizenTexts } from './programme/citizen-texts.ts';
import { FirstAccessKeys } from './secrets/first-access-keys.ts';
import { IdentitySecrets } from './secrets/identity-secrets.ts';
import { CitizenSessions } from './sessions/citizen-sessions.ts';

const hourMs = 3_600_000;
/** So long a source stays familiar to an account. */
const familiarMs = 90 * 24 * hourMs;
const sweepMs = 500;

/** Identity's wiring. */
@Module({})
export class AppModule {
  static for(config: IdentityConfig): DynamicModule {
    const keys = FirstAccessKeys.read(config.secrets);
    return {
      module: AppModule,
      controllers: [
        SessionsController,
        EnrolmentsController,
        FirstAccessController,
        PinsController,
        PasswordChecksController,
        PasswordController,
        ProgrammeController,
        HolderSearchController,
        HoldersController,
        BodiesController,
        ...operatorControllers,
        MigrationMoves,
        MailboxMailboxes,
        CertifiedMailHolds,
      ],
      providers: [
        PreparedHashes,
        ...operatorProviders(config, keys),
        { provide: HashPool, inject: [Metrics], useFactory: (metrics: Metrics) => hashPoolOf(config, metrics) },
        { provide: CitizenSessions, inject: [KeyRing], useFactory: (keys: KeyRing) => new CitizenSessions(keys) },
        {
          provide: IdentityParts,
          inject: [Database, HashPool, KnownSources],
          useFactory: (database: Database<PrismaClient>, hashes: HashPool, known: KnownSources) =>
            partsOf(config, keys, { database, hashes, known }),
        },
        {
          provide: WatchFirstAccessKeys,
          inject: [Database, Health, Metrics],
          useFactory: (database: Database<PrismaClient>, health: Health, metrics: Metrics) =>
            new WatchFirstAccessKeys(keys, {
              database,
              health,
              metrics,
              logger: serviceLogger('identity', config.logLevel),
            }),
        },
        {
          provide: VoidEnrolments,
          inject: [Database, SuiteClock, DueWork, ClosedDoors],
          useFactory: (database: Database<PrismaClient>, clock: SuiteClock, dueWork: DueWork, doors: ClosedDoors) =>
            new VoidEnrolments(database, clock, dueWork, {
              logger: serviceLogger('identity', config.logLevel),
              everyMs: sweepMs,
              doors,
              lockPatienceMs: config.lockPatienceMs,
            }),
        },
      ],
    };
  }
}

function hashPoolOf(config: IdentityConfig, metrics: Metrics): HashPool {
  const computed = metrics.counter('recapito_password_hashes_total', 'argon2id hashes begun since the start');
  const away = metrics.counter('recapito_password_turned_away_total', 'Hashes refused for want of room or time');
  return new HashPool({
    cost: { memoryKib: config.argon2MemoryKib, passes: config.argon2Passes },
    calls: config.hashCalls,
    places: config.hashPlaces,
    patienceMs: config.hashPatienceMs,
    counted: (what) => (what === 'computed' ? computed : away).inc(),
  });
}

function partsOf(
  config: IdentityConfig,
  keys: FirstAccessKeys,
  given: { database: Database<PrismaClient>; hashes: HashPool; known: KnownSources },
): IdentityParts {
  const access = {
    ...given,
    secrets: new IdentitySecrets(keys),
    policy: {
      attempts: config.lockAttempts,
      unfamiliarAttempts: config.lockUnfamiliarAttempts,
      blockMs: config.lockHours * hourMs,
      familiarMs,
    },
    rate: new SourceRate({ burst: config.failuresBurst, perSecond: config.failuresPerSecond }),
    system: new SystemClock(),
    patienceMs: config.hashPatienceMs,
  };
  const texts = readCitizenTexts(config.programmes, config.programme);
  return new IdentityParts(access, texts, config.lockPatienceMs, readBodies(config.programmes));
}
