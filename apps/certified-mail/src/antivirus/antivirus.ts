import { Breakers, Health, Metrics } from '@recapito/platform';
import type { CertifiedMailConfig } from '../config.ts';
import { scanByClamd } from './clamd.ts';

type AntivirusConfig = Pick<CertifiedMailConfig, 'antivirus' | 'clamdHost' | 'clamdPort' | 'clamdSeconds'>;

/** What stands in a notice: the letters that scanners use for names, and no more of them than a line holds. */
const longestName = 80;

/**
 * Looks for viruses in what is accepted and in what comes in, by clamd behind a breaker. Without a clamd nothing is
 * looked for, and health says so. When clamd cannot answer, nothing passes.
 * @rule VIRUS-NEVER-PASSED
 */
export class Antivirus {
  readonly #scan: (bytes: Buffer) => Promise<string | null>;

  /** @param scan throws Unavailable when it cannot tell; null when there is none */
  private constructor(scan: ((bytes: Buffer) => Promise<string | null>) | null) {
    this.#scan = scan ?? (() => Promise.resolve(null));
  }

  /** @throws Error when the settings contradict each other */
  static of(
    { antivirus, clamdHost: host, clamdPort: port, clamdSeconds }: AntivirusConfig,
    { breakers, health, metrics }: { breakers: Breakers; health: Health; metrics: Metrics },
  ): Antivirus {
    if (antivirus === 'none' && port !== undefined)
      throw new Error('RECAPITO_ANTIVIRUS: says none, and RECAPITO_CLAMD_PORT names one');
    if (port === undefined) {
      // What this service runs without is said here, so that nobody takes its silence for protection.
      health.register('antivirus', () => ({ state: 'ok', engine: 'none' }));
      return new Antivirus(null);
    }
    health.register('antivirus', () => ({ state: 'ok', engine: 'clamd' }));
    const verdicts = metrics.counter('recapito_virus_checks_total', 'Messages looked through for viruses, by verdict', [
      'verdict',
    ]);
    const ask = breakers.breaker('clamd', (signal, bytes: Buffer) => scanByClamd({ host, port }, bytes, signal), {
      timeoutMs: clamdSeconds * 1_000,
    });
    const duration = metrics.histogram('recapito_virus_check_duration_seconds', 'Time to look through a message');
    return new Antivirus(async (bytes) => {
      const end = duration.startTimer();
      const virus = await ask(bytes);
      end();
      verdicts.inc({ verdict: virus === null ? 'clean' : 'infected' });
      return virus;
    });
  }

  /**
   * The name of a virus in a message, null when there is none.
   * @throws Unavailable when it cannot be told for now.
   */
  async virusIn(message: Buffer): Promise<string | null> {
    const virus = await this.#scan(message);
    return virus === null ? null : virus.replace(/[^A-Za-z0-9._:+/-]/g, '_').slice(0, longestName);
  }
}
