import { createHash, timingSafeEqual } from 'node:crypto';
import {
  announcementAsked,
  campaignClosed,
  campaignLoaded,
  campaignOpened,
  campaignProposed,
  moveCompleted,
  moveLapsed,
  moveRefused,
  releaseAsked,
  releaseWithdrawn,
  sendingReleased,
} from '@recapito/contracts';
import type { Grants, Service, VerifyToken } from '@recapito/platform';
import { AppModule } from './app.module.ts';
import { adoptOwnTopics } from './application/adopt-own-topics.ts';
import { mailboxForgotten } from './application/rebuild-facts.ts';
import { storeOf } from './config.ts';
import type { MailboxConfig } from './config.ts';
import { MailStore } from './dovecot/mail-store.ts';
import { sharedSecret } from './dovecot/shared-secret.ts';
import { storeFolder } from './dovecot/store-folder.ts';
import { PrismaClient } from './persistence/generated/client.ts';

/** What operators may do here, and the console for holders at the portal; the other services follow mailbox’s topics. Dovecot shows a
 * token of its own. */
const grants: Grants = {
  console: ['show-own-boxes'],
  operator: [
    'list-mailboxes',
    'read-capabilities',
    'close-mailbox',
    'read-calendars',
    'arm-calendar',
    'repair-directory',
  ],
};

/** Events of the topics that mailbox reads which change no box. */
const ignoredEvents = [
  campaignProposed,
  campaignOpened,
  campaignLoaded,
  campaignClosed,
  announcementAsked,
  moveCompleted,
  moveLapsed,
  moveRefused,
  releaseAsked,
  releaseWithdrawn,
  sendingReleased,
];

/** Mailbox, ready to be started. */
export function mailboxService(config: MailboxConfig): Service<PrismaClient> {
  const store = new MailStore(storeFolder(storeOf(config)));
  return {
    name: 'mailbox',
    config,
    module: AppModule.for(config),
    database: {
      client: PrismaClient,
      migrations: new URL('../prisma/migrations', import.meta.url),
      adopt: (database, connection) => adoptOwnTopics(database, connection, store),
      forgotten: mailboxForgotten(store),
    },
    grants,
    sessions: () => dovecotToken(storeOf(config)),
    facts: { ignore: ignoredEvents },
  };
}

/**
 * Authenticates Dovecot by the token that lies in the mail store.
 * @rule GATE-TOKEN
 */
function dovecotToken(store: string): VerifyToken {
  const expected = digest(sharedSecret(store, 'gate.token'));
  return (token) =>
    Promise.resolve(
      timingSafeEqual(digest(token), expected)
        ? { kind: 'service', name: 'dovecot', permissions: ['admit-log-ins'] }
        : undefined,
    );
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
