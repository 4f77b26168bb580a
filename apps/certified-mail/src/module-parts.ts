import { join } from 'node:path';
import type { Database } from '@recapito/database';
import type { Health, Metrics, SuiteClock, KnownSources } from '@recapito/platform';
import { serviceLogger } from '@recapito/platform';
import { nameServersIn } from './config.ts';
import type { CertifiedMailConfig } from './config.ts';
import { WatchDueRows } from './jobs/watch-due-rows.ts';
import type { OwnEntries } from './lists/own-entries.ts';
import { PublishEntries } from './lists/publish-entries.ts';
import type { PrismaClient } from './persistence/generated/client.ts';
import type { Installation } from './programme/installation.ts';
import { authorityFolder } from './programme/key-files.ts';
import { DoorCredentials } from './smtp/door-credential.ts';
import { MailExchangers } from './smtp/mail-exchangers.ts';
import type { ByMx } from './smtp/outgoing-smtp.ts';
import { smtpDoors } from './smtp/smtp-doors.ts';
import type { SmtpDoors } from './smtp/smtp-doors.ts';

export type WatchedParts = [Database<PrismaClient>, SuiteClock, Installation, Health, Metrics];

export function watchDueRows(
  { dueStaleSeconds }: CertifiedMailConfig,
  ...[database, clock, installation, health, metrics]: WatchedParts
): WatchDueRows {
  return new WatchDueRows({ database, clock, installation }, { health, metrics }, dueStaleSeconds * 1_000);
}

export function byMxOf(config: CertifiedMailConfig): ByMx | null {
  const servers = nameServersIn(config);
  if (servers === null) return null;
  const ports = [config.smtpPort, config.smtpsPort, config.submissionPort];
  const own = { ports, known: config.ownExchangers };
  return { exchangers: new MailExchangers(servers), port: config.mxPort, own };
}

/** The certificates of the SMTP doors, with their check of health. */
export function doorCredentialsOf(
  { secrets }: CertifiedMailConfig,
  { providers }: Installation,
  health: Health,
): DoorCredentials {
  const names = providers.map(({ provider }) => provider);
  const credentials = new DoorCredentials(join(secrets, authorityFolder), names);
  health.register('smtp-certificates', () => credentials.check());
  return credentials;
}

export function smtpDoorsOf(
  config: CertifiedMailConfig,
  metrics: Metrics,
  credentials: DoorCredentials,
  known: KnownSources,
): SmtpDoors {
  return smtpDoors(config, { metrics, credentials, known, logger: serviceLogger('certified-mail', config.logLevel) });
}

/** The door at which our own entries are published; null where the settings name no port. */
export function publishEntriesOf(
  { indexPort: port, host, secrets }: CertifiedMailConfig,
  ...parts: [Installation, OwnEntries, DoorCredentials]
): PublishEntries | null {
  return port === undefined
    ? null
    : new PublishEntries(...parts, { host, port, folder: join(secrets, authorityFolder) });
}
