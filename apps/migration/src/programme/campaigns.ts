import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '@recapito/platform';
import { addDays, romeDay, startOfDay } from '@recapito/primitives';
import { z } from 'zod';
import type { CampaignPlan } from '../domain/campaign.ts';

const end = z.object({ service: z.string(), domain: z.string() });

/** `campaign.json` of a programme. */
const campaignFile = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  source: end,
  target: end,
  /** The last day, included, on which a holder may confirm, as lived in Rome. */
  lastDay: z.iso.date(),
  /** Age in years. */
  adultAt: z.int().min(0),
  /** The first day on which anybody can have been recognised for the source, as lived in Rome. */
  recognisedFrom: z.iso.date().nullable().default(null),
  /** Where each fact comes from, for the reader of the file. */
  sources: z.record(z.string(), z.string()).optional(),
});

/** The campaigns that this installation may run. */
export class Campaigns {
  readonly #plans: ReadonlyMap<string, CampaignPlan>;

  constructor(programmes: string) {
    this.#plans = readCampaigns(programmes);
  }

  /** The campaign of a programme; undefined when the programme has none. */
  of(programme: string): CampaignPlan | undefined {
    return this.#plans.get(programme);
  }

  get names(): readonly string[] {
    return [...this.#plans.keys()];
  }
}

/**
 * The campaigns of a folder of programmes, by name. Read once at start, so that a wrong file stops the service instead
 * of a campaign.
 * @throws Error that names the file and its faults.
 */
export function readCampaigns(programmes: string): ReadonlyMap<string, CampaignPlan> {
  const files = readdirSync(programmes)
    .map((folder) => join(programmes, folder, 'campaign.json'))
    .filter((file) => existsSync(file));
  return new Map(files.map(readCampaign).map((plan) => [plan.programme, plan]));
}

function readCampaign(file: string): CampaignPlan {
  const { name, source, target, lastDay, adultAt, recognisedFrom } = readJsonFile(file, campaignFile);
  const until = startOfDay(addDays(romeDay(lastDay), 1)); // @rule DAYS-INCLUSIVE
  const from = recognisedFrom === null ? null : romeDay(recognisedFrom);
  return { id: name, programme: name, source, target, until, adultAt, recognisedFrom: from };
}
