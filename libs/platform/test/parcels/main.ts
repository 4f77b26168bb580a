// The service of parcels as a program of its own, for the specs that stop and break it.
import { boot, readConfig, serviceConfig } from '../../src/index.ts';
import { parcelClient } from './parcel-client.ts';
import { grants, ParcelsModule } from './service.ts';

const config = readConfig(serviceConfig, process.env);
const database = { client: await parcelClient(), migrations: new URL(process.env['RECAPITO_SPEC_MIGRATIONS'] ?? '') };
await boot({ name: 'parcels', config, module: ParcelsModule, database, grants });
if (process.env['RECAPITO_SPEC_CRASH'] !== undefined)
  setTimeout(() => {
    throw new Error('nobody expects this');
  }, 10);
