// Certified-mail as a program of its own, to be killed.
import { boot } from '@recapito/platform';
import { configOfProcess } from '../../src/config.ts';
import { certifiedMailService } from '../../src/service.ts';

await boot(certifiedMailService(configOfProcess()));
process.stdout.write('ready\n');
