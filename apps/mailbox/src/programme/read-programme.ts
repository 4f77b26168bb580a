import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { serviceCalendar } from '@recapito/capability';
import type { ServiceCalendar } from '@recapito/capability';
import { readJsonFile } from '@recapito/platform';
import { certifiedAddress, domainOf } from '@recapito/primitives';
import type { CertifiedAddress } from '@recapito/primitives';
import { z } from 'zod';
import { ownBoxes as providerBoxes } from '../domain/own-boxes.ts';
import type { ProvisioningPlan } from '../domain/switch.ts';

/** `provisioning.json` of a programme: when the boxes of a service are provisioned, by the clocks in Rome. */
const provisioningFile = z.strictObject({
  service: z.string(),
  runsAt: z.array(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day, hh:mm')).min(1),
  unverified: z.array(z.string()).optional(),
});

const end = z.object({ service: z.string(), domain: z.string() });

/** Of `campaign.json` only the two ends: which service a domain belongs to. */
const campaignFile = z.object({ source: end, target: end });

/** Of `providers/<provider>.json` only the boxes that are the provider's own, or of bodies that it hosts. */
const providerFile = z
  .object({ mailReceipt: z.string(), senders: z.array(z.object({ address: z.string() })), bodies: z.array(z.string()) })
  .transform(({ mailReceipt, senders, bodies }) => ({
    own: [mailReceipt, ...senders.map(({ address }) => address), ...bodies].map((address) => certifiedAddress(address)),
    bodies: bodies.map((address) => certifiedAddress(address)),
  }));

/** What mailbox reads of the programmes, once, at the start. */
export class Programme {
  constructor(
    /** The calendars that ship: proposals, once a service has one in force. */
    readonly services: readonly ServiceCalendar[],
    readonly provisioning: ProvisioningPlan,
    readonly serviceOfDomain: ReadonlyMap<string, string>,
    readonly ownBoxes: readonly CertifiedAddress[],
    /** Those among them that belong to public bodies. */
    readonly bodies: ReadonlySet<CertifiedAddress>,
  ) {}
}

/** @throws Error that names the file and its faults. */
export function readProgramme(programmes: string, programme: string): Programme {
  const services = join(programmes, 'services');
  const campaigns = readdirSync(programmes)
    .map((folder) => join(programmes, folder, 'campaign.json'))
    .filter((file) => existsSync(file));
  const providers = jsonFilesIn(join(programmes, 'providers')).map((file) => readJsonFile(file, providerFile));
  const ownBoxes = providers.flatMap(({ own }) => own);
  return new Programme(
    jsonFilesIn(services).map((file) => readJsonFile(file, serviceCalendar)),
    readJsonFile(join(programmes, programme, 'provisioning.json'), provisioningFile),
    // A domain on which holders have boxes is that of their service, also when a provider has boxes of its own there.
    new Map([
      ...ownBoxes.map((address): [string, string] => [domainOf(address), providerBoxes]),
      ...campaigns
        .map((file) => readJsonFile(file, campaignFile))
        .flatMap(({ source, target }) => [source, target])
        .map(({ service, domain }): [string, string] => [domain.toLowerCase(), service]),
    ]),
    ownBoxes,
    new Set(providers.flatMap(({ bodies }) => bodies)),
  );
}

function jsonFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}
