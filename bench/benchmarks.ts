import type { Benchmark } from './benchmark.ts';
import { consume } from './consume.ts';
import { logins } from './logins.ts';
import { outboxLag } from './outbox-lag.ts';

/** In the order in which they are listed and measured. */
export const benchmarks: readonly Benchmark[] = [outboxLag, consume, logins];
