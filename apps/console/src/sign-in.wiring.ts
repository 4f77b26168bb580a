import type { Provider } from '@nestjs/common';
import { Breakers, Health, HttpClient, KeyRing, Roles, serviceLogger, ServiceTokens, tlsOf } from '@recapito/platform';
import type { KeptSessions } from './sessions/kept-sessions.ts';
import { AccessTokensOfSession } from './application/access-tokens-of-session.ts';
import { HolderDoor } from './application/holder-door.ts';
import { ServiceDoor } from './application/service-door.ts';
import { SessionViews } from './application/session-view.ts';
import { SignIn } from './application/sign-in.ts';
import type { ConsoleConfig } from './config.ts';
import { RedisLink } from './sessions/redis-link.ts';
import { SessionCookies } from './sessions/session-cookies.ts';
import { SessionStore } from './sessions/session-store.ts';
import { OpenIdClient } from './sign-in/open-id-client.ts';

/** What signing in, and working on behalf of whoever has, is made of. */
export function signInProviders(config: ConsoleConfig, { redis, sessions, holders }: KeptSessions): Provider[] {
  const { consoleUrl, oidcIssuer: issuer, services: addresses, programmes, logLevel } = config;
  const { identity: identityUrl = issuer.replace(/\/oidc$/, '') } = addresses;
  const http = new HttpClient(tlsOf(config, { ca: 'httpCa' }));
  const logger = serviceLogger('console', logLevel);
  const roles = Roles.read(programmes);
  return [
    {
      provide: RedisLink,
      inject: [Health],
      useFactory: (health: Health) => {
        redis.tell(health);
        return redis;
      },
    },
    { provide: SessionStore, useValue: sessions },
    { provide: SessionCookies, useFactory: () => new SessionCookies(consoleUrl) },
    {
      provide: OpenIdClient,
      inject: [KeyRing, Breakers],
      useFactory: (keys: KeyRing, breakers: Breakers) =>
        new OpenIdClient({ issuer, identityUrl, consoleUrl, keys, http, breakers }),
    },
    {
      provide: SignIn,
      inject: [OpenIdClient],
      useFactory: (provider: OpenIdClient) => new SignIn({ provider, sessions, logger }),
    },
    {
      provide: SessionViews,
      useFactory: () => new SessionViews({ sessions, roles, isRehearsal: config.mode === 'rehearsal' }),
    },
    {
      provide: AccessTokensOfSession,
      inject: [OpenIdClient],
      useFactory: (provider: OpenIdClient) => new AccessTokensOfSession(sessions, provider),
    },
    {
      provide: HolderDoor,
      inject: [ServiceTokens, Breakers],
      useFactory: (tokens: ServiceTokens, breakers: Breakers) =>
        new HolderDoor({ identityUrl, mailboxUrl: addresses['mailbox'], sessions: holders, http, breakers, tokens }),
    },
    {
      provide: ServiceDoor,
      inject: [AccessTokensOfSession, Breakers],
      useFactory: (tokens: AccessTokensOfSession, breakers: Breakers) =>
        new ServiceDoor({ addresses, tokens, http, breakers }),
    },
  ];
}
