import { boot } from '@recapito/platform';
import { configOfProcess } from './config.ts';
import { notificationService } from './service.ts';

await boot(notificationService(configOfProcess()));
