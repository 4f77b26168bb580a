import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import type { EventDefinition } from '@recapito/contracts';
import type { ForgottenFact, Relay, ServiceConnection } from '@recapito/messaging';
import type { AccessTokens } from './auth/access-tokens.ts';
import type { VerifyToken } from './auth/caller.ts';
import type { OperatorPermissions } from './auth/operator-permissions.ts';
import type { Operators } from './auth/operators.ts';
import type { KeyRing } from './auth/key-ring.ts';
import type { Grants } from './auth/permission.ts';
import type { ServiceTokens } from './auth/service-tokens.ts';
import type { Breakers } from './calls/breakers.ts';
import type { ServiceCaller } from './calls/service-caller.ts';
import type { SuiteClock } from './clock/suite-clock.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AnyServiceConfig } from './config.ts';
import { brokersOf } from './kafka-settings.ts';
import type { Database, PrismaClientClass, PrismaClientLike, Tx } from '@recapito/database';
import type { Health } from './health/health.ts';
import { serviceLogger } from './observability/logger.ts';
import type { Logger } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';
import type { ClosedDoors } from './restore/closed-doors.ts';
import type { RestoreDecision } from './restore/restore-decision.ts';
import type { DueWork } from './rehearsal/due-work.ts';
import type { KeptSources } from './sources/kept-sources.ts';

/** Everything a service says of itself to be started; its main.ts holds nothing else. */
export interface Service<Client extends PrismaClientLike = PrismaClientLike> {
  /** As in `topics` of contracts: `identity`, `mailbox` ... */
  readonly name: string;
  readonly config: AnyServiceConfig;
  /** The wiring: `AppModule`, or `AppModule.for(config)`. What `Platform` lists can be injected everywhere. */
  readonly module: Type | DynamicModule;
  /** The generated Prisma client and the folder of its migrations; a service without a database leaves it out. */
  readonly database?: {
    readonly client: PrismaClientClass<Client>;
    /** `new URL('../prisma/migrations', import.meta.url)` from main.ts. */
    readonly migrations: URL;
    readonly connections?: number;
    /**
     * Takes over what the service's own compacted topics state and its database, put back to an earlier state, does not
     * know; before forgotten facts are offered and the epoch is raised. May be interrupted and repeated. A service that
     * has this answers and changes nothing while a decision is awaited, nor before its database was compared with its
     * topics after a start.
     * @rule RESTORE-DOORS-CLOSED
     */
    adopt?(database: Database<Client>, connection: ServiceConnection): Promise<void>;
    /**
     * What the service makes of each fact that a database put back has forgotten, before it goes on: a `ForgottenRules` of
     * messaging. A service that has it keeps its doors closed as one that adopts. Default: the facts stay listed.
     */
    readonly forgotten?: { rebuild(tx: Tx<Client>, fact: ForgottenFact): Promise<boolean> };
  };
  /** Who may call what: service name, or `operator`, to permissions. */
  readonly grants?: Grants;
  /** What the service lacks for production by these settings, beside what every service needs: one line each. */
  readonly lacking?: readonly string[];
  /** Reads one more kind of bearer token (the sessions of people) beside those of services and operator. */
  readonly sessions?: (platform: Platform<Client>) => VerifyToken;
  /** What an operator with an account may do here now, for the service that keeps the accounts; others ask that one. */
  readonly operatorPermissions?: (database: Database<Client>, name: string) => Promise<readonly string[]>;
  /** Where a request that has no bearer token shows a credential of that kind: a cookie of the service's own. */
  readonly credentialOf?: (request: FastifyRequest) => string | undefined;
  /** Left out by a service without `@OnEvent` handlers. `ignore`: the events without a handler. */
  readonly facts?: { readonly ignore?: readonly EventDefinition[]; readonly concurrency?: number };
  /**
   * Content types whose bodies controllers read as they come (`Readable`), with their largest size in bytes; beyond it the
   * stream ends with the error that answers 413. What a controller does with the whole of it runs `withinAnswer`.
   */
  readonly rawBodies?: Readonly<Record<string, number>>;
  /** Adds plugins of Fastify to the service's port before the routes of its controllers: headers of every answer, files. */
  readonly plugins?: (fastify: FastifyInstance) => Promise<void>;
}

/** How a service reaches the broker. */
export function connectionOf(service: string, config: AnyServiceConfig): ServiceConnection {
  const { namespace, kafkaFetchWaitMs: fetchWaitMs, logLevel } = config;
  return { service, brokers: brokersOf(config), namespace, fetchWaitMs, logger: serviceLogger(service, logLevel) };
}

/** The parts that platform gives to a service; each class can be injected by its name. */
export interface Platform<Client extends PrismaClientLike = PrismaClientLike> {
  readonly name: string;
  readonly config: AnyServiceConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly clock: SuiteClock;
  readonly keys: KeyRing;
  readonly tokens: ServiceTokens;
  readonly operators: Operators;
  /** What operators may do at this moment. */
  readonly permissions: OperatorPermissions;
  /** Verifies the tokens with which operators come from the console; absent where no issuer is set. */
  readonly accessTokens: AccessTokens | undefined;
  readonly caller: ServiceCaller;
  readonly breakers: Breakers;
  readonly dueWork: DueWork;
  /** Sources that succeeded at a door of this service before. */
  readonly keptSources: KeptSources;
  /** Absent in a service without a database. */
  readonly database: Database<Client> | undefined;
  /** Goes on after the database was put back; absent in a service without a database. */
  readonly restoreDecision: RestoreDecision | undefined;
  /** Whether the service keeps its doors closed after a restore; absent in one that goes on meanwhile. */
  readonly closedDoors: ClosedDoors | undefined;
  /** Publishes the outbox; absent in a service without a database. */
  readonly relay: Relay | undefined;
}

/** A service that runs. */
export interface RunningService<Client extends PrismaClientLike = PrismaClientLike> {
  /** Where it listens, as `http://127.0.0.1:4001`. */
  readonly url: string;
  /** Where those who run it look: figures, health with every check, the HTTP contract. */
  readonly management: string;
  readonly app: INestApplication;
  readonly platform: Platform<Client>;
  /** Resolves once the service answers; rejects when it cannot start. */
  readonly ready: Promise<void>;
  /** Stops in the order of the dependencies; true when everything ended within the deadline. */
  stop(): Promise<boolean>;
}

/**
 * A provider with work of its own to begin (sweeps, listeners, the first reading of a topic) has this method. It is
 * called once, when the suite clock shows an instant and before the service consumes facts or says that it is ready;
 * what it returns is waited for. Work is ended in Nest's `onModuleDestroy`.
 */
export interface OnServiceStart {
  onServiceStart(): void | Promise<void>;
}
