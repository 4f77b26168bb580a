// Certified-mail as a program of its own that stops at a named point: it says so and waits there to be killed.
import { boot } from '@recapito/platform';
import { configOfProcess } from '../../src/config.ts';
import { certifiedMailService } from '../../src/service.ts';

await boot(
  certifiedMailService(configOfProcess(), async (point) => {
    process.stdout.write(`at ${point}\n`);
    await new Promise(() => undefined);
  }),
);
process.stdout.write('ready\n');
