// The relay of a service in a process of its own, killed at the point of its work that SPEC_KILL names.
import { Relay } from '@recapito/messaging';
import { serviceLogger } from '@recapito/platform';
import { brokersAs } from '@recapito/servers';
import { killAt } from '../kill-at.ts';

function told(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const service = told('SPEC_SERVICE');
new Relay({
  service,
  databaseUrl: told('RECAPITO_DATABASE_URL'),
  brokers: brokersAs(process.env['RECAPITO_KAFKA_USER'] ?? service, process.env),
  namespace: told('RECAPITO_NAMESPACE'),
  logger: serviceLogger(service, 'silent'),
  probe: killAt(told('SPEC_KILL')),
}).start();
