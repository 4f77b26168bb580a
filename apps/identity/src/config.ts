import { readConfig, serviceConfig, serviceUrl } from '@recapito/platform';
import { z } from 'zod';

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** What OWASP's Password Storage Cheat Sheet asks of argon2id at least; production takes nothing less. */
export const argon2Least = { memoryKib: 19_456, passes: 2 } as const;

/** The settings of identity, beside those that every service has. */
export const identityConfig = serviceConfig.extend({
  /** The programme whose contract, privacy notice and security questions are put before holders. */
  programme: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('inps-2010'),
  /** argon2id of every password and PIN. */
  argon2MemoryKib: count(8, 1_048_576).default(argon2Least.memoryKib),
  argon2Passes: count(1, 100).default(argon2Least.passes),
  /** Hashes computed at a time; the thread pool (`UV_THREADPOOL_SIZE`, 8) must have room for more than these. */
  hashCalls: count(1, 64).default(4),
  /** Attempts that may wait for a hash, and for how long. */
  hashPlaces: count(1, 10_000).default(256),
  hashPatienceMs: count(10, 10_000).default(2_000),
  /** Distinct wrong secrets a day of one source at one account, and of all unfamiliar sources together. */
  lockAttempts: count(1, 1_000).default(5),
  lockUnfamiliarAttempts: count(1, 10_000).default(20),
  /** For how many hours of the suite clock these then wait. */
  lockHours: count(1, 720).default(24),
  /** Wrong attempts that one source may make at once at any accounts, and how many a second may follow. */
  failuresBurst: count(1, 100_000).default(40),
  failuresPerSecond: z.coerce.number().min(0.01).max(10_000).default(4),
  /** Where the console is: operators are sent back there after signing in, and nowhere else. */
  consoleUrl: serviceUrl.default('http://localhost:4000').transform((url) => url.replace(/\/+$/, '')),
  /** How long a step of an enrolment waits for its row. */
  lockPatienceMs: count(50, 29_000).default(29_000),
});

export type IdentityConfig = z.output<typeof identityConfig>;

/** Reads this process's environment; ends it with exit code 2 and every fault when something is missing. */
export function configOfProcess(): IdentityConfig {
  return readConfig(identityConfig, process.env);
}
