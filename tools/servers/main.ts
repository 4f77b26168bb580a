// npm run servers: starts servers and stays.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { callersPath } from '../command-line/index.ts';
import { root, type ServerName, serverNames, startServers } from '@recapito/servers';
import { stopRequest } from '../command-line/stop-request.ts';

const help = `Starts the servers that the suite needs on free ports of the loopback, and stays until Ctrl-C.

  npm run servers -- [--folder DIR] [--fast] [postgres] [kafka] [redis]

  --folder DIR   where data, logs and the file "environment" go (default .recapito/servers)
  --fast         PostgreSQL may lose data in a power cut, never by the death of a process
  no names       all of them

DIR/environment holds the addresses as export lines: . DIR/environment`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: 'string' }, fast: { type: 'boolean' }, help: { type: 'boolean' } },
});

function wanted(): readonly ServerName[] {
  const unknown = positionals.filter((name) => !serverNames.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`no such server: ${unknown.join(', ')}`);
  return positionals.length === 0 ? serverNames : serverNames.filter((name) => positionals.includes(name));
}

async function main(): Promise<void> {
  const stop = stopRequest();
  const servers = await startServers({
    folder: callersPath(values.folder ?? join(root, '.recapito', 'servers')),
    want: wanted(),
    durable: !values.fast,
    abort: stop.signal,
    died: (name, exit) => console.error(`${name} ended by itself (${exit.signal ?? exit.code})`),
  });
  const lines = Object.entries(servers.environment).map(([name, value]) => `export ${name}='${value}'\n`);
  const file = join(servers.folder, 'environment');
  await writeFile(`${file}.next`, lines.join(''), { mode: 0o600 });
  await rename(`${file}.next`, file);
  console.log(`${lines.join('')}# written to ${file}; Ctrl-C stops the servers`);
  await stop.asked;
  await servers.stop();
}

if (values.help) console.log(help);
else {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
