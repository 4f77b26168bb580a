import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeRun, Servers, startServers, type ServerName } from '@recapito/servers';

/** Servers of one spec's own, which it may kill and restart: those of the run belong to everybody. */
export interface OwnServers {
  /** `environment`, `kill(name, signal)`, `restart(name)` among others. */
  readonly servers: Servers;
  /** Stops them and removes what they have written. */
  remove(): Promise<void>;
}

export async function ownServers(...want: ServerName[]): Promise<OwnServers> {
  return serversOf(want);
}

/** The same over TLS: each shows its certificate of a folder of `npm run certificates`. */
export async function ownServersOverTls(certificates: string, ...want: ServerName[]): Promise<OwnServers> {
  return serversOf(want, certificates);
}

async function serversOf(want: ServerName[], certificates?: string): Promise<OwnServers> {
  const folder = await mkdtemp(join(tmpdir(), 'recapito-servers-'));
  // PostgreSQL's account must be able to enter.
  await chmod(folder, 0o755);
  const servers = await startServers({ folder, want, durable: false, given: {}, certificates });
  return {
    servers,
    remove: async () => {
      await servers.stop();
      await removeRun(folder);
    },
  };
}
