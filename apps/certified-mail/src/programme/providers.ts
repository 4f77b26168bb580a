import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '@recapito/platform';
import { certifiedAddress, parseInstant } from '@recapito/primitives';
import { hashReadings } from '@recapito/rfc6109';
import { z } from 'zod';

const address = z.string().transform((text, context) => {
  try {
    return certifiedAddress(text);
  } catch {
    context.addIssue({ code: 'custom', message: `"${text}" is not an address` });
    return z.NEVER;
  }
});
const domain = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'is not a domain in lower case');

/** So many within so many minutes, a day at most. */
const pace = z.strictObject({ most: z.int().positive(), minutes: z.int().min(1).max(1_440) });

/** A provider that this installation runs, as `programmes/providers/<provider>.json` describes it. */
const providerFile = z.strictObject({
  /** Names its key files. */
  provider: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** As it stands in the index and in `gestore-emittente`. */
  name: z.string().min(1),
  /** Its own mail domain: it writes as `posta-certificata@domain`. */
  domain,
  managedDomains: z.array(domain).min(1),
  /** Its service mailbox. */
  mailReceipt: address,
  /** Addresses from which services of the suite write, each with its class and the services that may. */
  senders: z.array(z.strictObject({ address, class: z.literal('pa'), callers: z.array(z.string()).min(1) })),
  /** Boxes of public bodies that it hosts. */
  bodies: z.array(address),
  /** What becomes of mail that no provider of the index has signed: refused, or enclosed in an anomaly envelope. */
  ordinaryMail: z.enum(['refuse', 'enclose']).default('refuse'),
  /** What the hashes of brief receipts are taken over: the content of a part, or the part as it was transmitted. */
  briefHash: z.enum(hashReadings).default('content'),
  /** Whether its boxes may write to addresses that no provider of the index manages; closed circuits stay closed. */
  ordinaryRecipients: z.enum(['refuse', 'send']).default('refuse'),
  limits: z.strictObject({ bytesTimesRecipients: z.int().positive(), recipients: z.int().min(50) }),
  /** Domains that came to it from another provider: from when on, and from which, by its name in the index. */
  takenOver: z
    .array(
      z.strictObject({ domain, at: z.iso.datetime({ offset: true }).transform(parseInstant), from: z.string().min(1) }),
    )
    .default([]),
  /** How much, and to how many, a box sends that nobody abuses; beyond it the box is held. */
  pace: z
    .strictObject({ messages: pace, recipients: pace })
    .default({ messages: { most: 200, minutes: 60 }, recipients: { most: 500, minutes: 60 } }),
  /** Professional Orders on whose domains boxes are: who is told, and where, when one of them is held. */
  orders: z
    .array(
      z.strictObject({
        domain,
        codiceFiscale: z.string().regex(/^\d{11}$/, 'is no codice fiscale of a body: eleven digits'),
        name: z.string().min(1),
        email: z.email(),
      }),
    )
    .default([]),
});

export type Provider = z.output<typeof providerFile>;

/**
 * Reads every provider of a programme.
 * @throws Error naming the file and each fault; also when an address is outside the domains of its provider.
 */
export function readProviders(folder: string): Provider[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new Error(`there is no provider in ${folder}`);
  return names.sort().map((name) => readProvider(join(folder, name)));
}

function readProvider(path: string): Provider {
  const provider = readJsonFile(path, providerFile);
  const own = [provider.mailReceipt, ...provider.senders.map((sender) => sender.address), ...provider.bodies];
  const foreign = own.filter((each) => !provider.managedDomains.includes(each.slice(each.lastIndexOf('@') + 1)));
  if (!provider.managedDomains.includes(provider.domain))
    foreign.push(certifiedAddress(`posta-certificata@${provider.domain}`));
  const elsewhere = provider.orders.filter((order) => !provider.managedDomains.includes(order.domain));
  const unmanaged = provider.takenOver.filter(({ domain: taken }) => !provider.managedDomains.includes(taken));
  if (unmanaged.length > 0)
    throw new Error(
      `${path}: ${unmanaged.map(({ domain: taken }) => taken).join(', ')} were taken over and are not managed here`,
    );
  if (elsewhere.length > 0)
    throw new Error(`${path}: no domain of the orders ${elsewhere.map(({ name }) => name).join(', ')} is managed here`);
  if (foreign.length > 0) throw new Error(`${path}: ${foreign.join(', ')} stand outside the managed domains`);
  return provider;
}
