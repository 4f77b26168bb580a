import { parseConfig, serviceConfig } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { ServiceStage } from '@recapito/testing';
import { PrismaClient } from '../src/persistence/generated/client.ts';
import { migrationService } from '../src/service.ts';

export const august = parseInstant('2010-08-02T07:00:00Z');
export const bound = parseInstant('2010-09-15T22:00:00Z');

/** Migration with a database and topics of its own. */
export function migrationStage(): ServiceStage<PrismaClient> {
  return new ServiceStage('migration', PrismaClient, (environment) => {
    const reading = parseConfig(serviceConfig, environment);
    if ('faults' in reading) throw new Error(reading.faults);
    return migrationService(reading.config);
  });
}
