import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { OnServiceStart } from '@recapito/platform';
import { runDocument } from './run-document.ts';
import type { Run } from './run-document.ts';

const againMs = 1_000;

/** The driver of the rehearsal, followed at its door. Where nobody drives there is no run. */
@Injectable()
export class Rehearsal implements OnServiceStart {
  readonly #url: string | undefined;
  readonly #stopped = new AbortController();
  #run: Run | null = null;
  #changed: () => void = () => undefined;

  constructor(url: string | undefined) {
    this.#url = url;
  }

  /** What the driver has told last; null before, and where nobody drives. */
  get run(): Run | null {
    return this.#run;
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  onServiceStart(): void {
    if (this.#url !== undefined) void this.#follow(`${this.#url}/run`);
  }

  onModuleDestroy(): void {
    this.#stopped.abort();
  }

  /** A file of the report, as `scarti.csv`; null while there is none. @throws Error when the driver does not answer */
  async file(name: string): Promise<string | null> {
    if (this.#url === undefined) return null;
    const response = await fetch(`${this.#url}/report/${name}`, { signal: AbortSignal.timeout(10_000) });
    return response.ok ? response.text() : null;
  }

  async #follow(url: string): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#read(url).catch(() => undefined);
      await pause(againMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Reads what the driver tells until it ends. */
  async #read(url: string): Promise<void> {
    const { body } = await fetch(url, { signal: this.#stopped.signal });
    if (body === null) return;
    for await (const line of createInterface({ input: Readable.fromWeb(body), crlfDelay: Infinity })) {
      this.#run = runDocument.parse(JSON.parse(line));
      this.#changed();
    }
  }
}
