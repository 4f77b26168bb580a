import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TwoProviders } from './two-providers.ts';

const run = promisify(execFile);

/** RSA-2048 signatures a second that openssl makes on all cores, over so many seconds. */
export async function rsaSignaturesPerSecond(seconds: number, signal: AbortSignal): Promise<number> {
  const speed = ['speed', '-mr', '-seconds', String(seconds), '-multi', String(cpus().length), 'rsa2048'];
  const { stdout } = await run('openssl', speed, { signal });
  // The last line adds up what each of its processes got: number, bits, signatures a second, verifications a second.
  const signatures = /^\+F2:\d+:2048:([\d.]+):/m.exec(stdout)?.[1];
  if (signatures === undefined) throw new Error('openssl speed tells no signatures');
  return Number(signatures);
}

/** Asks openssl about signed messages that lie in files, one process each, against one authority and its revocations. */
export class OpensslVerifier {
  readonly #authority: string;

  private constructor(authority: string) {
    this.#authority = authority;
  }

  /** @param folder where it keeps what it trusts */
  static async trusting({ authority, crl }: TwoProviders, folder: string): Promise<OpensslVerifier> {
    const list = join(folder, 'crl.der');
    const pem = join(folder, 'crl.pem');
    const file = join(folder, 'authority.pem');
    await writeFile(list, crl);
    await run('openssl', ['crl', '-inform', 'DER', '-in', list, '-out', pem]);
    await writeFile(file, `${authority}${await readFile(pem, 'utf8')}`);
    return new OpensslVerifier(file);
  }

  /**
   * Verifies every file, one after the other, as a shell's loop does.
   * @throws Error when one does not verify
   */
  async verify(files: readonly string[], signal: AbortSignal): Promise<void> {
    const each = 'openssl cms -verify -crl_check -CAfile "$authority" -in "$file" -out /dev/null 2>/dev/null';
    const loop = `authority=$1; shift; for file; do ${each} || { echo "$file" >&2; exit 1; }; done`;
    await run('sh', ['-c', loop, 'sh', this.#authority, ...files], { signal });
  }
}
