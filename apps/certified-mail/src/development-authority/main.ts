// Makes the certificates with which the providers of a programme sign in development and rehearsals, and keeps their index.
import { parseArgs } from 'node:util';
import { SystemClock } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { readProviders } from '../programme/providers.ts';
import { revoke, rollOver, writeAuthority } from './write-authority.ts';

const help = `development-authority --out DIR --providers DIR [--roll-over PROVIDER | --revoke PROVIDER [--at INSTANT]]

  --out DIR             the folder that certified-mail reads: "providers" in the folder of secrets
  --providers DIR       the providers of the programme, one .json each
  --roll-over PROVIDER  gives a provider (the name of its .json) a new key; the old certificate stays in the index beside it
  --revoke PROVIDER     revokes the certificate that its roll-over left, and takes it out of the index
  --at INSTANT          from when on it is worth nothing (RFC 3339, by the suite clock); now when left out
  --help                this text

Files that are there stay as they are. Exit codes: 0 done, 2 the command or a provider's file is not understood.
`;

interface Told {
  readonly out: string;
  readonly providers: string;
  readonly rollOver: string | undefined;
  readonly revoke: string | undefined;
  readonly revokedAt: Instant | undefined;
}

function told(): Told | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { out: text, providers: text, 'roll-over': text, revoke: text, at: text, help: { type: 'boolean' } },
  });
  if (values.help === true) return undefined;
  const { out, providers, revoke: revoked, at } = values;
  if (out === undefined || providers === undefined) throw new Error('--out and --providers are needed');
  if (values['roll-over'] !== undefined && revoked !== undefined) throw new Error('one thing at a time');
  if (at !== undefined && revoked === undefined) throw new Error('--at goes with --revoke');
  const revokedAt = at === undefined ? undefined : parseInstant(at);
  return { out, providers, rollOver: values['roll-over'], revoke: revoked, revokedAt };
}

async function doAs({ out, providers: folder, ...what }: Told): Promise<string[]> {
  const at = new SystemClock().now();
  const providers = readProviders(folder);
  if (what.rollOver !== undefined) return await rollOver(out, providers, what.rollOver, at);
  if (what.revoke !== undefined)
    return await revoke(out, providers, what.revoke, { at, revokedAt: what.revokedAt ?? at });
  return await writeAuthority(out, providers, at);
}

try {
  const options = told();
  if (options === undefined) process.stdout.write(help);
  else {
    const changed = await doAs(options);
    const did = options.revoke === undefined ? 'made' : 'changed or destroyed';
    process.stdout.write(changed.length === 0 ? 'nothing to make\n' : `${did} ${changed.join(', ')}\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  process.exitCode = 2;
}
