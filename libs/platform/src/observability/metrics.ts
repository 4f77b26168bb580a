import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** `recapito_<what>_<unit>`, as in `recapito_http_request_duration_seconds`. */
const metricName = /^recapito_[a-z][a-z0-9_]*_(seconds|bytes|total|count|ratio|info)$/;

/** Seconds, from a millisecond to half a minute. */
const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The service's figures, read by Prometheus at `/metrics`. */
export class Metrics {
  readonly registry = new Registry();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry, prefix: 'recapito_' });
  }

  /** Something counted since the start, as `recapito_password_checks_total`. */
  counter<Label extends string>(name: string, help: string, labels: readonly Label[] = []): Counter<Label> {
    return new Counter({ name: checked(name), help, labelNames: [...labels], registers: [this.registry] });
  }

  /** Something that goes up and down; `read`, when given, is asked at each reading. */
  gauge<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
    read?: (gauge: Gauge<Label>) => void | Promise<void>,
  ): Gauge<Label> {
    const gauge: Gauge<Label> = new Gauge({
      name: checked(name),
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
      name: checked(name),
      help,
      labelNames: [...labels],
      buckets: [...buckets],
      registers: [this.registry],
    });
  }
}

function checked(name: string): string {
  if (!metricName.test(name)) throw new Error(`the metric "${name}" is not named recapito_<what>_<unit>`);
  return name;
}
