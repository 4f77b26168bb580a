import { boot } from '@recapito/platform';
import { configOfProcess } from './config.ts';
import { consoleService } from './service.ts';

await boot(consoleService(configOfProcess()));
