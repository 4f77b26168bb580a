import { checkInfra, InfraRefused } from '@recapito/servers';
import { checkInput, InputRefused } from './check-input.ts';
import { help, NotUnderstood, readOptions } from './options.ts';

const [answered, failed, refused] = [0, 1, 2];

async function main(): Promise<number> {
  try {
    const asked = readOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd(), process.env);
    if (asked.help) {
      process.stdout.write(help);
      return answered;
    }
    const { continues } = asked;
    const options =
      continues === undefined ? asked : (await import('./kept-input.ts')).optionsToContinue(asked, continues);
    const scenario = await checkInput(options);
    await checkInfra();
    // All that a run needs takes a second to load, and who is refused does not wait for it.
    const { run } = await import('./run.ts');
    return await run(options, scenario);
  } catch (error) {
    if (error instanceof InfraRefused) {
      process.stderr.write(`${error.message}\n`);
      return failed;
    }
    if (error instanceof NotUnderstood) process.stderr.write(`${error.message}\n\n${help}`);
    else if (error instanceof InputRefused) process.stderr.write(`${error.message}\n`);
    else throw error;
    return refused;
  }
}

// A campaign that was stopped half-way is still waiting at doors that will not open again.
process.exit(await main());
