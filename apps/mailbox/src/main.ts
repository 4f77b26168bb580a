import { boot } from '@recapito/platform';
import { configOfProcess } from './config.ts';
import { mailboxService } from './service.ts';

await boot(mailboxService(configOfProcess()));
