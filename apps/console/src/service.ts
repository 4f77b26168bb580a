import type { Caller, Service } from '@recapito/platform';
import { AppModule } from './app.module.ts';
import type { ConsoleConfig } from './config.ts';
import { workHere } from './http/permissions.ts';
import { addWebPlugins } from './http/web-plugins.ts';
import { RedisLink } from './sessions/redis-link.ts';
import { SessionCookies } from './sessions/session-cookies.ts';
import { SessionStore } from './sessions/session-store.ts';

/** The console, ready to be started. */
export function consoleService(config: ConsoleConfig): Service {
  const { namespace, sessionIdleSeconds, sessionLongestSeconds, consoleUrl } = config;
  const redis = new RedisLink(config);
  const lifetimes = { idleMs: sessionIdleSeconds * 1_000, longestMs: sessionLongestSeconds * 1_000 };
  const sessions = new SessionStore(redis, namespace, lifetimes);
  const cookies = new SessionCookies(consoleUrl);
  return {
    name: 'console',
    config,
    module: AppModule.for(config, { redis, sessions }),
    plugins: (fastify) => addWebPlugins(fastify, config),
    credentialOf: (request) => cookies.sessionOf(request),
    sessions: () => async (secret) => await callerBehind(sessions, secret),
    lacking: lackingIn(config),
  };
}

async function callerBehind(sessions: SessionStore, secret: string): Promise<Caller | undefined> {
  const session = await sessions.find(secret);
  return session === null ? undefined : { kind: 'session', name: session.operator.name, permissions: [workHere] };
}

/**
 * What the console has and production may not have: nobody drives it there.
 * @rule REHEARSAL-SETTINGS
 */
export function lackingIn({ rehearsalUrl }: Pick<ConsoleConfig, 'rehearsalUrl'>): string[] {
  return rehearsalUrl === undefined
    ? []
    : ['RECAPITO_REHEARSAL_URL: leads to the driver of a rehearsal, whose word counts in none but a rehearsal'];
}
