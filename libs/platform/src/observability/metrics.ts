import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { release } from './release.ts';

/** `recapito_<what>_<unit>`, as in `recapito_http_request_duration_seconds`. */
const metricName = /^recapito(_[a-z][a-z0-9]*)+$/;

/** Figures of Node’s that are named as counters and are none; `nodejs_active_resources` says the same. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** Seconds, from a millisecond to half a minute. */
const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The service's figures, read by Prometheus at `/metrics`. */
export class Metrics {
  readonly registry = new Registry();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    for (const name of misnamed) this.registry.removeSingleMetric(name);
    this.gauge('recapito_build_info', 'The release that runs, and its Node', ['version', 'node']).set(
      { version: release, node: process.versions.node },
      1,
    );
  }

  /**
   * Something counted since the start, as `recapito_password_checks_total`; `read`, when given, adds what is counted
   * elsewhere, from nothing at each reading.
   */
  counter<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
    read?: (counter: Counter<Label>) => void | Promise<void>,
  ): Counter<Label> {
    const counter: Counter<Label> = new Counter({
      name: checked(name, 'counter'),
      help,
      labelNames: [...labels],
      registers: [this.registry],
      ...(read && {
        collect: () => {
          counter.reset();
          return read(counter);
        },
      }),
    });
    return counter;
  }

  /** Something that goes up and down; `read`, when given, is asked at each reading. */
  gauge<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
    read?: (gauge: Gauge<Label>) => void | Promise<void>,
  ): Gauge<Label> {
    const gauge: Gauge<Label> = new Gauge({
      name: checked(name, 'gauge'),
      help,
      labelNames: [...labels],
      registers: [this.registry],
      ...(read && { collect: () => read(gauge) }),
    });
    return gauge;
  }

  /** How long something takes, in seconds. */
  histogram<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
    buckets: readonly number[] = durations,
  ): Histogram<Label> {
    return new Histogram({
      name: checked(name, 'histogram'),
      help,
      labelNames: [...labels],
      buckets: [...buckets],
      registers: [this.registry],
    });
  }
}

function checked(name: string, type: 'counter' | 'gauge' | 'histogram'): string {
  if (!metricName.test(name) || name === 'recapito_total')
    throw new Error(`the metric "${name}" is not named recapito_<what>_<unit>`);
  if (name.endsWith('_total') !== (type === 'counter'))
    throw new Error(`the metric "${name}" is a ${type}: counters end in _total, and they alone`);
  return name;
}
