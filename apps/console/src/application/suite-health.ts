import { Injectable } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import { z } from 'zod';
import type { ServiceHealth } from './live-document.ts';

/** What a service says of itself at its management port. */
const answered = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  checks: z.array(z.object({ name: z.string(), state: z.enum(['ok', 'degraded', 'down']) })).default([]),
});

/** Between two looks, while somebody watches. */
const everyMs = 2_000;

/** The health of every service of the suite, asked for all who watch at once, and only while somebody does. */
@Injectable()
export class SuiteHealth {
  readonly #addresses: Readonly<Record<string, string>>;
  #services: readonly ServiceHealth[];
  #loop: BackgroundLoop | undefined;

  /** @param addresses where each service answers `/health/ready` */
  constructor(addresses: Readonly<Record<string, string>>) {
    this.#addresses = addresses;
    this.#services = Object.keys(addresses).map((name) => ({ name, state: 'unknown', lacks: [] }));
  }

  get services(): readonly ServiceHealth[] {
    return this.#services;
  }

  /** Looks at once and then again and again. @param changed called when a look has found something else than the last */
  watch(changed: () => void): void {
    this.#loop ??= new BackgroundLoop(() => this.#look(changed), { name: 'suite-health', everyMs });
    this.#loop.start();
  }

  async stopWatching(): Promise<void> {
    const loop = this.#loop;
    this.#loop = undefined;
    await loop?.stop();
  }

  async onModuleDestroy(): Promise<void> {
    await this.stopWatching();
  }

  /** How each service is now. */
  async look(): Promise<readonly ServiceHealth[]> {
    return await Promise.all(Object.entries(this.#addresses).map(([name, url]) => healthOf(name, url)));
  }

  async #look(changed: () => void): Promise<void> {
    const services = await this.look();
    if (JSON.stringify(services) === JSON.stringify(this.#services)) return;
    this.#services = services;
    changed();
  }
}

async function healthOf(name: string, address: string): Promise<ServiceHealth> {
  try {
    const response = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(everyMs - 500) });
    const { status, checks } = answered.parse(await response.json());
    return { name, state: status, lacks: checks.filter(({ state }) => state !== 'ok').map((check) => check.name) };
  } catch {
    return { name, state: 'down', lacks: [] };
  }
}
