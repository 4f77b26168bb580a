// Certified-mail as a program of its own that stops at the step named by SPEC_HELD_AT: it says so and waits there to be
// killed.
import { boot } from '@recapito/platform';
import { configOfProcess } from '../../src/config.ts';
import { certifiedMailService } from '../../src/service.ts';

await boot(
  certifiedMailService(configOfProcess(), async (step) => {
    if (step !== process.env['SPEC_HELD_AT']) return;
    process.stdout.write(`at ${step}\n`);
    await new Promise(() => undefined);
  }),
);
process.stdout.write('ready\n');
