import type { Health, KnownSources, Logger, Metrics } from '@recapito/platform';
import type { CertifiedMailConfig } from '../config.ts';
import type { AccessDoors } from './access-point.ts';
import type { DoorCredentials } from './door-credential.ts';
import type { DoorOptions } from './door-options.ts';

/** The settings of every SMTP door. */
export class SmtpDoors {
  constructor(
    readonly access: AccessDoors,
    readonly incoming: DoorOptions,
  ) {}
}

/** How the doors are set up: the same certificates, the same limits, replies counted by command and code. */
export function smtpDoors(
  config: CertifiedMailConfig,
  {
    metrics,
    logger,
    credentials,
    known,
  }: { metrics: Metrics; logger: Logger; credentials: DoorCredentials; known: KnownSources },
): SmtpDoors {
  const replies = metrics.counter('recapito_smtp_replies_total', 'SMTP replies by command and code', [
    'door',
    'command',
    'code',
  ]);
  const turnedAway = metrics.counter(
    'recapito_smtp_turned_away_total',
    'SMTP connections turned away, or ended for others, by their source',
    ['door', 'why'],
  );
  const shared = {
    credentials,
    hostName: config.smtpName,
    host: config.host,
    size: config.submissionBytes,
    maxClients: config.smtpClients,
    idleMs: config.smtpIdleSeconds * 1_000,
    sessionMs: config.smtpSessionSeconds * 1_000,
    mostCommands: config.smtpCommands,
    known,
    logger,
    replies,
    turnedAway,
  };
  const accessDoor = { ...shared, offersEightBitMime: false };
  const access = {
    smtps: { ...accessDoor, name: 'smtps', port: config.smtpsPort, secure: true },
    submission: { ...accessDoor, name: 'submission', port: config.submissionPort, secure: false },
  };
  // What other providers have signed has to come as it is: without 8BITMIME they would have to change it.
  const incoming = { ...shared, offersEightBitMime: true, name: 'incoming', port: config.smtpPort, secure: false };
  return new SmtpDoors(access, incoming);
}

/** Registers a door's health check and metrics. */
export function registerDoor<Point extends { readonly state: { readonly clients: number } }>(
  name: 'access-point' | 'incoming-point',
  point: Point,
  { health, metrics }: { health: Health; metrics: Metrics },
): Point {
  health.register(name, () => ({ state: 'ok', ...point.state }));
  const figure = `recapito_${name.replace('-', '_')}_clients`;
  metrics.gauge(figure, 'SMTP clients connected at this moment', [], (gauge) => {
    gauge.set(point.state.clients);
    return Promise.resolve();
  });
  return point;
}
