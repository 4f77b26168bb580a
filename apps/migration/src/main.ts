import { boot } from '@recapito/platform';
import { configOfProcess } from './config.ts';
import { migrationService } from './service.ts';

await boot(migrationService(configOfProcess()));
