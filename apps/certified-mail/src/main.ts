import { boot } from '@recapito/platform';
import { configOfProcess } from './config.ts';
import { certifiedMailService } from './service.ts';

await boot(certifiedMailService(configOfProcess()));
