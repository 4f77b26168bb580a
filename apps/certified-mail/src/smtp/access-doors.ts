import { join } from 'node:path';
import type { Health, Logger, Metrics } from '@recapito/platform';
import type { CertifiedMailConfig } from '../config.ts';
import { authorityFolder } from '../programme/installation.ts';
import type { AccessDoors, AccessPoint } from './access-point.ts';
import { readDoorCredential } from './door-credential.ts';

/** How the doors of the access point are set up: one certificate, the same limits, replies counted by command and code. */
export function accessDoors(
  config: CertifiedMailConfig,
  { metrics, logger }: { readonly metrics: Metrics; readonly logger: Logger },
): AccessDoors {
  const replies = metrics.counter('recapito_smtp_replies_total', 'SMTP replies by command and code', [
    'door',
    'command',
    'code',
  ]);
  const shared = {
    ...readDoorCredential(join(config.secrets, authorityFolder)),
    host: config.host,
    size: config.submissionBytes,
    maxClients: config.smtpClients,
    idleMs: config.smtpIdleSeconds * 1_000,
    logger,
    replies,
  };
  return {
    smtps: { ...shared, name: 'smtps', secure: true, port: config.smtpsPort },
    submission: { ...shared, name: 'submission', secure: false, port: config.submissionPort },
  };
}

/** Tells of the doors in health and figures. */
export function tellOfDoors(
  point: AccessPoint,
  { health, metrics }: { health: Health; metrics: Metrics },
): AccessPoint {
  health.register('smtp', () => ({ state: 'ok', ...point.state }));
  metrics.gauge('recapito_smtp_clients_count', 'SMTP clients connected at this moment', [], (gauge) => {
    gauge.set(point.state.clients);
    return Promise.resolve();
  });
  return point;
}
