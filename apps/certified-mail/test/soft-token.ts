import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';

export const softModule = '/usr/lib/softhsm/libsofthsm2.so';

const setVariable = koffi.load(null).func('setenv', 'int', ['str', 'str', 'int']);

/** A token in software, SoftHSM's, with one key. One at a time in a process: it is found by a variable. */
export class SoftToken {
  readonly #folder = mkdtempSync(join(tmpdir(), 'recapito-token-'));
  readonly #configuration: string;
  readonly pin = '4711';

  private constructor() {
    mkdirSync(join(this.#folder, 'tokens'));
    const configuration = join(this.#folder, 'softhsm2.conf');
    writeFileSync(configuration, `directories.tokendir = ${this.#folder}/tokens\nobjectstore.backend = file\n`);
    // Specs have a process.env of their own; the module reads the one of the process.
    if (setVariable('SOFTHSM2_CONF', configuration, 1) !== 0) throw new Error('the variable cannot be set');
    this.#configuration = configuration;
  }

  /** @param key PKCS#8, PEM */
  static holding(key: string, label: string): SoftToken {
    const token = new SoftToken();
    const file = join(token.#folder, 'key.pem');
    writeFileSync(file, key, { mode: 0o600 });
    const env = { ...process.env, SOFTHSM2_CONF: token.#configuration };
    const run = (...words: string[]) => execFileSync('softhsm2-util', words, { stdio: 'pipe', env });
    run('--init-token', '--free', '--label', 'recapito', '--so-pin', '87654321', '--pin', token.pin);
    run('--import', file, '--token', 'recapito', '--label', label, '--id', '01', '--pin', token.pin);
    rmSync(file);
    return token;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
