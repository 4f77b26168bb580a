import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { connectionOf, SuiteClock } from '@recapito/platform';
import { LiveFeed } from './application/live-feed.ts';
import { Rehearsal } from './application/rehearsal.ts';
import { SuiteHealth } from './application/suite-health.ts';
import { WatchedCampaign } from './application/watched-campaign.ts';
import type { ConsoleConfig } from './config.ts';
import { LiveController } from './http/live.controller.ts';
import { PagesController } from './http/pages.controller.ts';
import { ReportController } from './http/report.controller.ts';
import { WebPages } from './http/web-pages.ts';
import { CampaignFacts } from './kafka/campaign-facts.ts';

type LiveWiring = [SuiteClock, WatchedCampaign, SuiteHealth, Rehearsal];

/** The console's wiring. */
@Module({})
export class AppModule {
  static for(config: ConsoleConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [LiveController, ReportController, PagesController],
      providers: [
        { provide: WebPages, useFactory: () => new WebPages(config.web) },
        WatchedCampaign,
        {
          provide: CampaignFacts,
          inject: [WatchedCampaign],
          useFactory: (watched: WatchedCampaign) => new CampaignFacts(connectionOf('console', config), watched),
        },
        { provide: SuiteHealth, useFactory: () => new SuiteHealth(config.watched) },
        { provide: Rehearsal, useFactory: () => new Rehearsal(config.rehearsalUrl) },
        {
          provide: LiveFeed,
          inject: [SuiteClock, WatchedCampaign, SuiteHealth, Rehearsal],
          useFactory: (...[clock, watched, health, rehearsal]: LiveWiring) =>
            new LiveFeed({ clock, watched, health, rehearsal, programmes: config.programmes }),
        },
      ],
    };
  }
}
