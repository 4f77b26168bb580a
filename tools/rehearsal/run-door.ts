import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Instant } from '@recapito/primitives';

/** How far a run is. Between `starting` and `ended` (or `failed`) each comes once, in this order. */
export type Stage = 'starting' | 'import' | 'campaign' | 'trace' | 'ended' | 'failed';

/** What the driver tells of its run. Instants are UTC milliseconds. */
export interface RunState {
  readonly programme: string;
  readonly stage: Stage;
  /** The suite clock goes from the import to the end; whoever confirms does it before the bound. */
  readonly imports: Instant;
  readonly bound: Instant;
  readonly ends: Instant;
  /** Rows of the cohort that have been read, of how many. */
  readonly rows: { readonly read: number; readonly of: number };
  /** Each death of a service or server that nobody asked for, with its system instant. */
  readonly deaths: readonly { readonly name: string; readonly at: number }[];
}

/**
 * The driver's door, for the console and whoever else watches a run from this machine:
 * `GET /run` answers the state as a line of JSON, and another line each time it changes, until the driver ends;
 * `GET /report/outcome.json` and `GET /report/scarti.csv` answer what the run has written once there is something.
 * Loopback only, no credentials: the people of a rehearsal are invented.
 */
export class RunDoor {
  readonly #server: Server;
  readonly #watching = new Set<ServerResponse>();
  #state: RunState;
  #outcome: string | undefined;
  #reportFolder: string | undefined;

  private constructor(state: RunState) {
    this.#state = state;
    this.#server = createServer((request, response) => this.#answer(request.url ?? '', response));
  }

  /** @throws Error when the port is taken */
  static async open(port: number, state: RunState): Promise<RunDoor> {
    const door = new RunDoor(state);
    await new Promise<void>((resolve, reject) => {
      door.#server.once('error', reject);
      door.#server.listen(port, '127.0.0.1', resolve);
    });
    return door;
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the door is closed');
    return address.port;
  }

  tell(change: Partial<RunState>): void {
    this.#state = { ...this.#state, ...change };
    for (const response of this.#watching) response.write(this.#line());
  }

  /** A service or server has died unasked. */
  died(name: string): void {
    this.tell({ deaths: [...this.#state.deaths, { name, at: Date.now() }] });
  }

  /** What has been written into the folder of the report, and what the whole came to. */
  report(folder: string, outcome: unknown): void {
    this.#reportFolder = folder;
    this.#outcome = JSON.stringify(outcome);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #line(): string {
    return `${JSON.stringify(this.#state)}\n`;
  }

  #answer(url: string, response: ServerResponse): void {
    if (url === '/run') {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
      response.write(this.#line());
      this.#watching.add(response);
      response.once('close', () => this.#watching.delete(response));
      return;
    }
    const rejects = join(this.#reportFolder ?? '', 'scarti.csv');
    if (url === '/report/outcome.json' && this.#outcome !== undefined)
      response.writeHead(200, { 'content-type': 'application/json' }).end(this.#outcome);
    else if (url === '/report/scarti.csv' && this.#reportFolder !== undefined && existsSync(rejects))
      response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' }).end(readFileSync(rejects));
    else response.writeHead(404).end();
  }
}
