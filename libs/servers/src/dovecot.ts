// Dovecot 2.3 with a configuration that somebody else has written: the mail store's own settings are mailbox's affair.
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as connectOverTls } from 'node:tls';
import type { Server } from './server.ts';

/** Debian keeps it in sbin, which is not on everybody's PATH. */
const program = '/usr/sbin/dovecot';

export interface DovecotPlace {
  /** The configuration file, with `base_dir`, `state_dir` and `instance_name` of its own and the log on standard error. */
  readonly configuration: string;
  /** A port without TLS at which Dovecot speaks first (IMAP, POP3 or LMTP), by which it is known to be ours and ready. */
  readonly port: number;
  /** The authorities of what it shows at that port, where it speaks TLS there as `localhost`. */
  readonly authoritiesFile?: string | undefined;
}

export function dovecot({ configuration, port, authoritiesFile }: DovecotPlace): Server {
  if (!existsSync(program)) throw new Error(`${program} is missing: run node tools/bootstrap/main.mjs`);
  return {
    name: 'dovecot',
    port,
    command: program,
    arguments: ['-F', '-c', configuration],
    environment: {},
    stopSignal: 'SIGTERM',
    stopWithinMs: 10_000,
    // Its children leave when the master has; SIGTERM lets it close their sessions.
    deathSignal: 'SIGTERM',
    readyWithinMs: 10_000,
    prepare: async () => undefined,
    probe: () => greeting(port, authoritiesFile),
  };
}

/** IMAP and POP3 greet with `* OK` and `+OK`, LMTP with `220`. */
async function greeting(port: number, authoritiesFile: string | undefined): Promise<void> {
  const place = { port, host: '127.0.0.1', timeout: 2_000 };
  return new Promise((resolve, reject) => {
    const socket =
      authoritiesFile === undefined
        ? connect(place)
        : connectOverTls({ ...place, ca: readFileSync(authoritiesFile), servername: 'localhost' });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.once('error', fail);
    socket.once('timeout', () => fail(new Error('Dovecot does not greet')));
    socket.once('data', (line) => {
      if (!/^(\* OK|\+OK|220)/.test(line.toString()))
        return fail(new Error(`Dovecot says ${line.toString().trimEnd()}`));
      socket.destroy();
      resolve();
    });
  });
}
