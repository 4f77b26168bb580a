import { boot } from '@recapito/platform';
import { configOfProcess } from './config.ts';
import { identityService } from './service.ts';

await boot(identityService(configOfProcess()));
