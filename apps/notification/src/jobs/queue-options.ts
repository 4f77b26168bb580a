import type { QueueOptions } from 'bull';
import type { ServiceConfig } from '@recapito/platform';

/**
 * How Bull keeps its connections: it tries for ever, at most two seconds apart, and what is asked of Redis meanwhile
 * waits instead of failing. Jobs of a process that died are found again within seconds.
 */
export function queueOptions({
  redisUrl,
  redisCa,
  namespace,
}: Pick<ServiceConfig, 'redisUrl' | 'redisCa' | 'namespace'>): QueueOptions {
  const { hostname, port, username, password, protocol, pathname } = new URL(redisUrl);
  return {
    prefix: `${namespace}notification`,
    redis: {
      host: hostname,
      port: Number(port || 6379),
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      // Redis has to show a certificate for this name. @rule INNER-TLS
      ...(protocol === 'rediss:' && { tls: { ...(redisCa !== undefined && { ca: redisCa }) } }),
      db: Number(pathname.slice(1) || 0),
      maxRetriesPerRequest: null,
      retryStrategy: (times: number) => Math.min(50 * times, 2_000),
    },
    settings: { lockDuration: 15_000, stalledInterval: 5_000 },
  };
}
