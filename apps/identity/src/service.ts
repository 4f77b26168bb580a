import {
  addressRefused,
  announcementAsked,
  boxRegistered,
  boxStateChanged,
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
  switchAsked,
} from '@recapito/contracts';
import { Roles } from '@recapito/platform';
import type { Grants, Service } from '@recapito/platform';
import { AppModule } from './app.module.ts';
import { identityForgotten } from './application/rebuild-facts.ts';
import { CitizenSessions } from './sessions/citizen-sessions.ts';
import type { IdentityConfig } from './config.ts';
import { sessionsEndedMs } from './persistence/access-account.store.ts';
import { activeRoles } from './persistence/operator.store.ts';
import { PrismaClient } from './persistence/generated/client.ts';
import { lackingIn } from './production.ts';

/** Which service, and which operator, may do what here. Holders get their permissions with their session. */
const grants: Grants = {
  notification: ['give-first-access-password', 'give-pin-half', 'read-holder', 'read-contact', 'check-operator'],
  mailbox: ['check-password', 'check-operator'],
  migration: ['check-operator'],
  'certified-mail': ['check-password', 'check-operator'],
  console: ['sign-holder-in'],
  // Whoever holds identity's own key gives the first people their accounts.
  identity: ['list-operators', 'add-operator', 'change-operator'],
  operator: [
    'list-operators',
    'add-operator',
    'change-operator',
    'manage-own-account',
    'issue-body-secret',
    'reissue-first-access',
    'reissue-pin',
    'lift-block',
    'list-blocks',
    'search-holders',
    'read-overview',
    'read-holder',
    'read-hashes',
  ],
};

/** Events of the topics that identity reads which change nothing here. */
const ignoredEvents = [
  campaignProposed,
  campaignOpened,
  campaignLoaded,
  campaignClosed,
  announcementAsked,
  switchAsked,
  moveCompleted,
  moveLapsed,
  moveRefused,
  boxRegistered,
  addressRefused,
  boxStateChanged,
  releaseAsked,
  releaseWithdrawn,
  sendingReleased,
];

/** Identity, ready to be started. */
export function identityService(config: IdentityConfig): Service<PrismaClient> {
  const roles = Roles.read(config.programmes);
  return {
    name: 'identity',
    config,
    module: AppModule.for(config),
    database: {
      client: PrismaClient,
      migrations: new URL('../prisma/migrations', import.meta.url),
      forgotten: identityForgotten,
    },
    grants,
    lacking: lackingIn(config),
    sessions: ({ database, keys }) => {
      const sessions = new CitizenSessions(keys);
      return (token) =>
        sessions.verify(token, async (holder, session) => {
          if (database === undefined) throw new Error('identity has a database');
          return await sessionsEndedMs(database.client, holder, session);
        });
    },
    operatorPermissions: async (database, name) =>
      roles.permissionsOf(await activeRoles(database.client, name), 'identity'),
    facts: { ignore: ignoredEvents },
  };
}
