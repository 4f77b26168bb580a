import CircuitBreaker from 'opossum';
import type { Counter, Gauge } from 'prom-client';
import type { Health } from '../health/health.ts';
import type { Metrics } from '../observability/metrics.ts';
import { within } from './deadline.ts';
import { Unavailable } from './unavailable.ts';

export interface BreakerOptions {
  /** How long one call may take; less when the work around it has less left. */
  readonly timeoutMs: number;
  /** Share of failed calls, in percent, from which nobody is sent any more. */
  readonly errorPercent?: number;
  /** Calls within ten seconds below which no share is counted. */
  readonly atLeast?: number;
  /** Pause before one call is let through as a trial. */
  readonly resetMs?: number;
  /** An error that says nothing about the health of what was called. */
  readonly ignores?: (error: unknown) => boolean;
}

/** Calls to something that may be away. While it is, they end at once and the thing is left in peace. */
export class Breakers {
  readonly #health: Health;
  readonly #calls: Counter<'target' | 'outcome'>;
  readonly #state: Gauge<'target'>;

  constructor(health: Health, metrics: Metrics) {
    this.#health = health;
    this.#calls = metrics.counter('recapito_breaker_calls_total', 'Calls through a breaker by outcome', [
      'target',
      'outcome',
    ]);
    this.#state = metrics.gauge('recapito_breaker_open_info', '1 while a breaker lets no call through', ['target']);
  }

  /**
   * Puts a breaker round a call. A refusal that the call returns is an answer, not a failure. The signal it is handed is
   * aborted at its time-out and when nobody waits for the answer any more.
   * @throws Unavailable from the returned function: open, out of time, or the call's own failure as cause.
   */
  breaker<Args extends unknown[], Result>(
    target: string,
    call: (signal: AbortSignal, ...args: Args) => Promise<Result>,
    { timeoutMs, errorPercent = 50, atLeast = 5, resetMs = 2_000, ignores = () => false }: BreakerOptions,
  ): (...args: Args) => Promise<Result> {
    const timed = (...args: Args) => within(timeoutMs, (signal) => abortable(signal, call(signal, ...args)));
    const circuit = new CircuitBreaker<Args, Result>(timed, {
      name: target,
      timeout: false,
      errorThresholdPercentage: errorPercent,
      volumeThreshold: atLeast,
      resetTimeout: resetMs,
      errorFilter: ignores,
    });
    this.#watch(target, circuit);
    return async (...args) => {
      try {
        return await circuit.fire(...args);
      } catch (error) {
        if (ignores(error)) throw error;
        throw new Unavailable(target, circuit.opened ? 'is left in peace after failures' : 'did not answer', error);
      }
    };
  }

  #watch<Args extends unknown[], Result>(target: string, circuit: CircuitBreaker<Args, Result>): void {
    this.#state.set({ target }, 0);
    circuit.on('open', () => this.#state.set({ target }, 1));
    circuit.on('close', () => this.#state.set({ target }, 0));
    circuit.on('success', () => this.#calls.inc({ target, outcome: 'success' }));
    circuit.on('failure', () => this.#calls.inc({ target, outcome: 'failure' }));
    circuit.on('reject', () => this.#calls.inc({ target, outcome: 'rejected' }));
    this.#health.register(`calls:${target}`, () => ({ state: circuit.opened ? 'degraded' : 'ok' }));
  }
}

/** The call's own promise, or its signal's reason when that comes first: a call that ignores its signal holds nobody up. */
async function abortable<Result>(signal: AbortSignal, call: Promise<Result>): Promise<Result> {
  const given = Promise.withResolvers<never>();
  const give = () => given.reject(signal.reason as Error);
  if (signal.aborted) give();
  else signal.addEventListener('abort', give, { once: true });
  try {
    return await Promise.race([call, given.promise]);
  } finally {
    signal.removeEventListener('abort', give);
  }
}
