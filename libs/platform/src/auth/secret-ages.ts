import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Metrics } from '../observability/metrics.ts';
import type { KeyRing } from './key-ring.ts';

/**
 * Gives the age of every secret in a service's folder to the metrics, by name and id, so that one that has not been changed
 * for too long is seen. The id of a pair is its key id; of another secret, the first eight digits of its SHA-256.
 */
export function measureSecrets(metrics: Metrics, folder: string, keys: KeyRing): void {
  const help = 'How long ago a secret was made, by the name of its file and its id';
  metrics.gauge('recapito_secret_age_seconds', help, ['secret', 'id'], (gauge) => {
    gauge.reset();
    const current = keys.known().filter(({ retiredMs }) => retiredMs === null);
    const made = new Map(
      current.map(({ owner, purpose, kid, madeMs }) => [`${owner}.${purpose}.key`, { kid, madeMs }]),
    );
    for (const secret of readdirSync(folder).filter((name) => name.endsWith('.key'))) {
      const path = join(folder, secret);
      const pair = made.get(secret);
      const id = pair?.kid ?? createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 8);
      gauge.set({ secret, id }, (Date.now() - (pair?.madeMs ?? statSync(path).mtimeMs)) / 1000);
    }
  });
}
