import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { connectionOf, SuiteClock } from '@recapito/platform';
import { LiveFeed } from './application/live-feed.ts';
import { Rehearsal } from './application/rehearsal.ts';
import { SuiteHealth } from './application/suite-health.ts';
import { WatchedCampaign } from './application/watched-campaign.ts';
import type { ConsoleConfig } from './config.ts';
import { AuthController } from './http/auth.controller.ts';
import { HolderController } from './http/holder.controller.ts';
import { LiveController } from './http/live.controller.ts';
import { PagesController } from './http/pages.controller.ts';
import { ReportController } from './http/report.controller.ts';
import { ServicesController } from './http/services.controller.ts';
import { SessionController } from './http/session.controller.ts';
import { WebPages } from './http/web-pages.ts';
import { CampaignFacts } from './kafka/campaign-facts.ts';
import { signInProviders } from './sign-in.wiring.ts';
import type { KeptSessions } from './sessions/kept-sessions.ts';

type LiveWiring = [SuiteClock, WatchedCampaign, SuiteHealth, Rehearsal];

/** The console's wiring. */
@Module({})
export class AppModule {
  static for(config: ConsoleConfig, kept: KeptSessions): DynamicModule {
    const isRehearsal = config.mode === 'rehearsal';
    return {
      module: AppModule,
      controllers: [
        // In a rehearsal whoever reaches the port may watch: its people are invented. @rule CONSOLE-REHEARSAL-ONLY
        ...(isRehearsal ? [LiveController, ReportController] : []),
        AuthController,
        SessionController,
        ServicesController,
        HolderController,
        PagesController,
      ],
      providers: [
        { provide: WebPages, useFactory: () => new WebPages(config.web) },
        { provide: SuiteHealth, useFactory: () => new SuiteHealth(config.watched) },
        ...signInProviders(config, kept),
        ...(isRehearsal ? watchingProviders(config) : []),
      ],
    };
  }
}

/** What the pages of a rehearsal are fed by. */
function watchingProviders(config: ConsoleConfig): Provider[] {
  return [
    WatchedCampaign,
    {
      provide: CampaignFacts,
      inject: [WatchedCampaign],
      useFactory: (watched: WatchedCampaign) => new CampaignFacts(connectionOf('console', config), watched),
    },
    { provide: Rehearsal, useFactory: () => new Rehearsal(config.rehearsalUrl) },
    {
      provide: LiveFeed,
      inject: [SuiteClock, WatchedCampaign, SuiteHealth, Rehearsal],
      useFactory: (...[clock, watched, health, rehearsal]: LiveWiring) =>
        new LiveFeed({ clock, watched, health, rehearsal, programmes: config.programmes }),
    },
  ];
}
