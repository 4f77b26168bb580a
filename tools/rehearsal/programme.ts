import { join } from 'node:path';
import { readJsonFile } from '@recapito/platform';
import { addDays, atRomeTime, parseInstant, romeDay } from '@recapito/primitives';
import type { Instant, RomeDay } from '@recapito/primitives';
import { z } from 'zod';
import { root } from '@recapito/servers';
import { isBehaviour } from './scenario.ts';
import type { Behaviour } from './scenario.ts';

const instantText = z.string().transform((text) => parseInstant(text));

/** `rehearsal.json` of a programme: when its rehearsal stops, and how its people behave. */
const rehearsalFile = z.object({
  campaign: z.string(),
  /** Import and announcements. */
  imports: instantText,
  /** The last millisecond at which one may confirm, and the bound itself. */
  lastMoment: instantText,
  bound: instantText,
  ends: instantText,
  /** Days and Rome times at which people sit down and do it. */
  visits: z.object({
    from: z.iso.date().transform(romeDay),
    to: z.iso.date().transform(romeDay),
    times: z.array(z.string().regex(/^\d\d:\d\d$/)).min(1),
  }),
  weights: z.record(z.string().refine(isBehaviour), z.number().min(0)),
  /** The public body to which citizens write. */
  writesTo: z.string(),
  /** Who announces: citizens look for the message of this sender. */
  announcedFrom: z.string(),
});

export type RehearsalPlan = Omit<z.output<typeof rehearsalFile>, 'weights'> & {
  readonly weights: Readonly<Partial<Record<Behaviour, number>>>;
};

/** @throws Error that names the file when it is missing or says what no rehearsal can. */
export function readRehearsalPlan(programme: string): RehearsalPlan {
  const file = join(root, 'programmes', programme, 'rehearsal.json');
  return readJsonFile(file, rehearsalFile);
}

const domain = z.object({ domain: z.string() });
const campaignFile = z.object({ source: domain, target: domain });

/** The domains that holders leave and come to, by `campaign.json` of a programme. @throws Error that names the file */
export function readDomains(programme: string): { readonly source: string; readonly target: string } {
  const { source, target } = readJsonFile(join(root, 'programmes', programme, 'campaign.json'), campaignFile);
  return { source: source.domain, target: target.domain };
}

/** Every instant at which a visit may fall, in order. */
export function visitInstants({ visits }: Pick<RehearsalPlan, 'visits'>): Instant[] {
  const instants: Instant[] = [];
  for (let day: RomeDay = visits.from; day <= visits.to; day = addDays(day, 1))
    for (const time of visits.times) instants.push(atRomeTime(day, time));
  return instants;
}
