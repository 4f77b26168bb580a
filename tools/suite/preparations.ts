import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { account, isRoot, makePlace, placeFor, root } from '@recapito/servers';
import { programOf, wordsToRun } from '../supervisor/index.ts';
import type { Ports } from './ports.ts';

const run = promisify(execFile);

/** Runs a program of an app and answers what it printed. @param program its TypeScript file, relative to the app's `src/` */
export async function appProgram(app: string, program: string, words: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...wordsToRun(programOf(app, program)), ...words]);
  return stdout.trimEnd();
}

/** The development authority gives every provider of the programmes its certificate, once. */
export async function prepareProviders(secrets: string): Promise<void> {
  const providers = join(root, 'programmes', 'providers');
  const out = join(secrets, 'providers');
  await appProgram('certified-mail', 'development-authority/main.ts', ['--out', out, '--providers', providers]);
}

/**
 * Mailbox prepares the mail store of a run and says which configuration Dovecot is to be started with.
 * @param continues whether the boxes that lie there stay
 */
export async function prepareStore(
  folder: string,
  ports: Ports,
  continues = false,
): Promise<{ folder: string; configuration: string }> {
  // Started by root, Dovecot works as accounts of its own, of which `mail` is one.
  const store = await placeFor(folder, 'store', isRoot() ? account('mail') : undefined);
  if (!continues) await makePlace(folder, 'store', store, 0o755);
  const doors = (['imaps', 'pop3s', 'lmtp', 'doveadm'] as const).flatMap((door) => [`--${door}`, String(ports[door])]);
  const gate = `http://127.0.0.1:${ports.mailbox}`;
  const words = ['--out', store, '--gate', gate, ...doors];
  return { folder: store, configuration: await appProgram('mailbox', 'dovecot/write-configuration.ts', words) };
}
