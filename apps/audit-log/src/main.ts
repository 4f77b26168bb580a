import { boot } from '@recapito/platform';
import { configOfProcess } from './config.ts';
import { auditLogService } from './service.ts';

await boot(auditLogService(configOfProcess()));
