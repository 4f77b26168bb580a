import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential } from '@recapito/rfc6109';

/** The folder that the development authority fills; it remembers what it has written and taken away. */
export class AuthorityFolder {
  readonly path: string;
  readonly changed: string[] = [];

  constructor(path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.path = path;
  }

  /** The bytes of a file; null when it is not there. */
  read(name: string): Buffer | null {
    const path = join(this.path, name);
    return existsSync(path) ? readFileSync(path) : null;
  }

  /** Writes a file whole, unless it says so already. */
  write(name: string, content: string | Uint8Array, mode: number): void {
    if (this.read(name)?.equals(Buffer.from(content)) === true) return;
    const path = join(this.path, name);
    writeFileSync(`${path}.part`, content, { mode });
    renameSync(`${path}.part`, path);
    this.changed.push(name);
  }

  remove(name: string): void {
    rmSync(join(this.path, name), { force: true });
    this.changed.push(name);
  }

  /** A key and its certificate; null unless both are there. */
  credential(name: string): Credential | null {
    const [certificate, privateKey] = [this.read(`${name}.pem`), this.read(`${name}.key`)];
    return certificate && privateKey && { certificate: certificate.toString(), privateKey: privateKey.toString() };
  }

  writeCredential(name: string, { certificate, privateKey }: Credential): void {
    // The certificate last: where it is, its key is too.
    this.write(`${name}.key`, privateKey, 0o600);
    this.write(`${name}.pem`, certificate, 0o644);
  }

  /** The credential of that name, made now when there is none. */
  async keep(name: string, make: () => Promise<Credential>): Promise<Credential> {
    const known = this.credential(name);
    if (known) return known;
    const made = await make();
    this.writeCredential(name, made);
    return made;
  }
}
