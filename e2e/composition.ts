import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from '@recapito/servers';

const run = promisify(execFile);

/** An installation in containers, from docker-compose.yml, under a project name of its own. */
export class Composition {
  readonly #words: readonly string[];

  /** @param files more files of settings, over those of docker-compose.yml */
  constructor(project: string, files: readonly string[] = []) {
    const named = ['docker-compose.yml', ...files].flatMap((file) => ['--file', file]);
    this.#words = ['compose', '--progress', 'quiet', '--project-name', project, ...named];
  }

  /** Builds its images from what `npm run build` has left. */
  async build(): Promise<void> {
    await this.#run('build');
  }

  /** Starts it; resolves when all are healthy and what is done once has been done. */
  async up(): Promise<void> {
    try {
      await this.#run('up', '--wait', '--no-build');
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${await this.#run('logs', '--tail', '20')}`, { cause: error });
    }
  }

  async down(...options: string[]): Promise<void> {
    await this.#run('down', ...options);
  }

  /** Where a port of a service is reached from here, as `127.0.0.1:49153`. */
  async address(service: string, port: number): Promise<string> {
    return this.#run('port', service, String(port));
  }

  /** What a file holds inside the container of a service. */
  async read(service: string, path: string): Promise<string> {
    return this.#run('exec', '-T', service, 'cat', path);
  }

  /** What an address on the loopback of a service's container answers: from outside nobody reaches it. */
  async answer(service: string, address: string): Promise<string> {
    const program = `console.log(await (await fetch('${address}')).text())`;
    return this.#run('exec', '-T', service, 'node', '--input-type=module', '-e', program);
  }

  /** Each container's service, with what its engine says of it: running and healthy, or ended and how. */
  async states(): Promise<Record<string, string>> {
    const lines = (await this.#run('ps', '--all', '--format', 'json')).split('\n');
    const listed = lines.map((line) => JSON.parse(line) as Listed);
    return Object.fromEntries(
      listed.map(({ Service, State, Health, ExitCode }) => [
        Service,
        State === 'exited' ? `exited ${ExitCode}` : `${State} ${Health}`.trimEnd(),
      ]),
    );
  }

  async #run(...words: string[]): Promise<string> {
    const { stdout } = await run('docker', [...this.#words, ...words], { cwd: root, maxBuffer: 64 * 1_048_576 });
    return stdout.trim();
  }
}

interface Listed {
  readonly Service: string;
  readonly State: string;
  readonly Health: string;
  readonly ExitCode: number;
}
