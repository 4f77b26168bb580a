import type { QueueOptions } from 'bull';
import { tlsOf } from '@recapito/platform';
import type { ServiceConfig } from '@recapito/platform';
import { renewedConnector } from './renewed-connector.ts';

/**
 * How Bull keeps its connections: it tries for ever, at most two seconds apart, and what is asked of Redis meanwhile
 * waits instead of failing. Jobs of a process that died are found again within seconds.
 */
export function queueOptions(
  config: Pick<ServiceConfig, 'redisUrl' | 'redisCa' | 'namespace' | 'settingFiles'>,
): QueueOptions {
  const { redisUrl, namespace } = config;
  const { hostname: host, port: given, username, password, protocol, pathname } = new URL(redisUrl);
  const port = Number(given || 6379);
  const overTls = () => ({ tls: {}, Connector: renewedConnector({ host, port }, tlsOf(config, { ca: 'redisCa' })) });
  return {
    prefix: `${namespace}notification`,
    redis: {
      host,
      port,
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      // Redis has to show a certificate for this name. @rule INNER-TLS
      ...(protocol === 'rediss:' && overTls()),
      db: Number(pathname.slice(1) || 0),
      maxRetriesPerRequest: null,
      retryStrategy: (times: number) => Math.min(50 * times, 2_000),
    },
    settings: { lockDuration: 15_000, stalledInterval: 5_000 },
  };
}
