import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { FactStrategy, Relay } from '@recapito/messaging';
import { Approvals } from './approvals/approvals.ts';
import { ApprovalsController } from './approvals/approvals.controller.ts';
import { KeyRing } from './auth/key-ring.ts';
import { OperatorPermissions } from './auth/operator-permissions.ts';
import { Operators } from './auth/operators.ts';
import { ServiceTokens } from './auth/service-tokens.ts';
import { Breakers } from './calls/breakers.ts';
import { ServiceCaller } from './calls/service-caller.ts';
import { SuiteClock } from './clock/suite-clock.ts';
import { Database } from '@recapito/database';
import { HealthController } from './health/health.controller.ts';
import { Health } from './health/health.ts';
import { StoppedPartitionsController } from './dead-letters/stopped-partitions.controller.ts';
import { DeadLettersController } from './dead-letters/dead-letters.controller.ts';
import { Metrics } from './observability/metrics.ts';
import { Housekeeping } from './jobs/housekeeping.ts';
import { JobWakes } from './jobs/job-wakes.ts';
import { DueWork } from './rehearsal/due-work.ts';
import { RehearsalController } from './rehearsal/rehearsal.controller.ts';
import { Rehearsal } from './rehearsal/rehearsal.ts';
import { ClosedDoors } from './restore/closed-doors.ts';
import { RestoreDecision } from './restore/restore-decision.ts';
import { OwnRepublication } from './restore/own-republication.ts';
import { RepublishController } from './restore/republish.controller.ts';
import { RestoreController } from './restore/restore.controller.ts';
import type { Platform, Service } from './service.ts';
import { KnownSources } from './sources/known-sources.ts';

/** Makes the platform's parts injectable by their class, and opens the doors that every service has. */
@Module({})
export class PlatformModule {
  static for(
    { config, module }: Pick<Service, 'config' | 'module'>,
    platform: Platform,
    rehearsal: Rehearsal,
    facts: FactStrategy | undefined,
  ): DynamicModule {
    const {
      clock,
      database,
      restoreDecision,
      closedDoors,
      relay,
      metrics,
      health,
      keys,
      tokens,
      operators,
      permissions,
      caller,
      breakers,
      dueWork,
      keptSources,
    } = platform;
    const given = [
      { provide: SuiteClock, useValue: clock },
      { provide: Metrics, useValue: metrics },
      { provide: Health, useValue: health },
      { provide: KeyRing, useValue: keys },
      { provide: ServiceTokens, useValue: tokens },
      { provide: Operators, useValue: operators },
      { provide: OperatorPermissions, useValue: permissions },
      { provide: ServiceCaller, useValue: caller },
      { provide: Breakers, useValue: breakers },
      { provide: DueWork, useValue: dueWork },
      { provide: JobWakes, useValue: new JobWakes() },
      { provide: KnownSources, useValue: keptSources.known },
      { provide: Rehearsal, useValue: rehearsal },
      ...(database === undefined
        ? []
        : [
            { provide: Database, useValue: database },
            { provide: RestoreDecision, useValue: restoreDecision },
            Housekeeping,
            Approvals,
          ]),
      ...(closedDoors === undefined ? [] : [{ provide: ClosedDoors, useValue: closedDoors }]),
      ...(facts === undefined ? [] : [{ provide: FactStrategy, useValue: facts }]),
      ...(relay === undefined ? [] : [{ provide: Relay, useValue: relay }]),
      ...(relay === undefined || database === undefined
        ? []
        : [{ provide: OwnRepublication, useValue: new OwnRepublication(platform.name, database, relay) }]),
    ];
    return {
      module: PlatformModule,
      global: true,
      imports: [DiscoveryModule, module],
      controllers: [
        HealthController,
        ...(facts === undefined ? [] : [DeadLettersController, StoppedPartitionsController]),
        ...(database === undefined ? [] : [RestoreController, ApprovalsController]),
        ...(relay === undefined ? [] : [RepublishController]),
        ...(config.mode === 'rehearsal' ? [RehearsalController] : []),
      ],
      providers: given,
      exports: [...given, DiscoveryModule],
    };
  }
}
