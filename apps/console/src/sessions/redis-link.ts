import { tlsOf, Unavailable } from '@recapito/platform';
import type { FiledSettings, Health, OnServiceStart } from '@recapito/platform';
import { Redis } from 'ioredis';

/** Nobody waits longer for a word of Redis. */
const patienceMs = 2_000;

export interface RedisSettings extends FiledSettings {
  readonly redisUrl: string;
  readonly redisCa?: string | undefined;
}

/** The one connection of this process to Redis. While Redis is away each question ends at once and says so. */
export class RedisLink implements OnServiceStart {
  readonly #redis: Redis;

  constructor(settings: RedisSettings) {
    const { redisUrl } = settings;
    this.#redis = new Redis(redisUrl, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: patienceMs,
      connectTimeout: patienceMs,
      retryStrategy: (times) => Math.min(50 * times, 1_000),
      // Redis has to show a certificate for its name. @rule INNER-TLS
      ...(redisUrl.startsWith('rediss:') && { tls: tlsOf(settings, { ca: 'redisCa' })?.options ?? {} }),
    });
    // It tries again by itself, and health says that it is away.
    this.#redis.on('error', () => undefined);
  }

  /** Has health say whether Redis answers. */
  tell(health: Health): void {
    health.register('redis', () => ({ state: this.#redis.status === 'ready' ? 'ok' : 'degraded' }));
  }

  /** @throws Unavailable when Redis is away */
  async ask<Answer>(question: (redis: Redis) => Promise<Answer>): Promise<Answer> {
    try {
      return await question(this.#redis);
    } catch (error) {
      throw new Unavailable('redis', 'did not answer', error);
    }
  }

  async onServiceStart(): Promise<void> {
    await this.#redis.connect().catch(() => undefined);
  }

  onModuleDestroy(): void {
    this.#redis.disconnect();
  }
}
