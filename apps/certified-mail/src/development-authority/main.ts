// Makes the certificates with which the providers of a programme sign in development and rehearsals, once.
import { parseArgs } from 'node:util';
import { readProviders } from '../programme/providers.ts';
import { writeAuthority } from './write-authority.ts';

const help = `development-authority --out DIR --providers DIR

  --out DIR        the folder that certified-mail reads: "providers" in the folder of secrets
  --providers DIR  the providers of the programme, one .json each
  --help           this text

Files that are there stay as they are. Exit codes: 0 done, 2 the command or a provider's file is not understood.
`;

function told(): { out: string; providers: string } | undefined {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, providers: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) return undefined;
  if (values.out === undefined || values.providers === undefined) throw new Error('--out and --providers are needed');
  return { out: values.out, providers: values.providers };
}

try {
  const options = told();
  if (options === undefined) process.stdout.write(help);
  else {
    const written = await writeAuthority(options.out, readProviders(options.providers));
    process.stdout.write(written.length === 0 ? 'nothing to make\n' : `made ${written.join(', ')}\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  process.exitCode = 2;
}
