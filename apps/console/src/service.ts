import type { Caller, Service } from '@recapito/platform';
import type { FastifyRequest } from 'fastify';
import { AppModule } from './app.module.ts';
import type { ConsoleConfig } from './config.ts';
import { moveHere, workHere } from './http/permissions.ts';
import { addWebPlugins } from './http/web-plugins.ts';
import { HolderSessions } from './sessions/holder-sessions.ts';
import { RedisLink } from './sessions/redis-link.ts';
import { holderDoors, SessionCookies } from './sessions/session-cookies.ts';
import { SessionStore } from './sessions/session-store.ts';

/** The console, ready to be started. */
export function consoleService(config: ConsoleConfig): Service {
  const { namespace, sessionIdleSeconds, sessionLongestSeconds, consoleUrl } = config;
  const redis = new RedisLink(config);
  const lifetimes = { idleMs: sessionIdleSeconds * 1_000, longestMs: sessionLongestSeconds * 1_000 };
  const sessions = new SessionStore(redis, namespace, lifetimes);
  const holders = new HolderSessions(redis, namespace);
  const cookies = new SessionCookies(consoleUrl);
  return {
    name: 'console',
    config,
    module: AppModule.for(config, { redis, sessions, holders }),
    plugins: (fastify) => addWebPlugins(fastify, config),
    credentialOf: (request) => credentialOf(request, cookies),
    sessions: () => async (credential) => await callerBehind({ sessions, holders }, credential),
    lacking: lackingIn(config),
  };
}

/** How a holder's credential begins, so that neither kind of session opens the other's doors. */
const ofHolder = 'holder:';

function credentialOf(request: FastifyRequest, cookies: SessionCookies): string | undefined {
  const secret = cookies.shownAt(request);
  return secret !== undefined && request.url.startsWith(holderDoors) ? `${ofHolder}${secret}` : secret;
}

async function callerBehind(
  { sessions, holders }: { readonly sessions: SessionStore; readonly holders: HolderSessions },
  credential: string,
): Promise<Caller | undefined> {
  if (credential.startsWith(ofHolder)) {
    const holder = await holders.find(credential.slice(ofHolder.length));
    return holder === null ? undefined : { kind: 'session', name: holder.holder, permissions: [moveHere] };
  }
  const session = await sessions.find(credential);
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
