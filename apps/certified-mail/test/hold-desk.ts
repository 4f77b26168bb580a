import type { RunningService } from '@recapito/platform';
import type { Answer } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import type { Stage } from './stage.ts';

export interface HoldView {
  readonly id: string;
  readonly box: string;
  readonly state: 'held' | 'released';
  readonly cause: unknown;
  readonly queued: number;
  readonly request: { readonly id: string; readonly by: string } | null;
  readonly released: { readonly by: string } | null;
}

interface Page {
  readonly items: readonly object[];
  readonly next: string | null;
}

type Answered = Answer<{ readonly id: string; readonly type: string; readonly state: string }>;

let keys = 0;

/** Two operators before the boxes that are held, each known by a token. */
export class HoldDesk {
  readonly maria: string;
  readonly luca: string;
  readonly #stage: Stage;
  readonly #service: RunningService<PrismaClient>;

  constructor(stage: Stage, service: RunningService<PrismaClient>) {
    [this.#stage, this.#service] = [stage, service];
    [this.maria, this.luca] = [stage.operator('maria.bianchi'), stage.operator('luca.neri')];
  }

  /** The latest first. */
  async holds(query = ''): Promise<HoldView[]> {
    const request = { token: this.maria, to: this.#service };
    return (await this.#stage.call<{ items: HoldView[] }>('GET', `/holds${query}`, request)).body.items;
  }

  /** Whom the box of a hold has reached. */
  async reachedBy(hold: string, query: string): Promise<Page> {
    const request = { token: this.maria, to: this.#service };
    return (await this.#stage.call<Page>('GET', `/holds/${hold}/recipients${query}`, request)).body;
  }

  /** The hold that a box is under. */
  async holdOf(box: string): Promise<HoldView> {
    const [hold] = await this.holds(`?state=held&box=${box}`);
    if (hold === undefined) throw new Error(`${box} is not held`);
    return hold;
  }

  async hold(token: string, body: { box: string; reason: string }, key = `hold-${++keys}`): Promise<Answered> {
    return await this.#call('POST', '/holds', { token, body, headers: { 'idempotency-key': key } });
  }

  async ask(token: string, hold: string, queue: 'send' | 'return'): Promise<Answered> {
    const body = { queue, reason: 'password cambiata' };
    return await this.#call('POST', `/holds/${hold}/release-requests`, { token, body });
  }

  async withdraw(token: string, hold: string, request: string): Promise<Answered> {
    return await this.#call('DELETE', `/holds/${hold}/release-requests/${request}`, { token });
  }

  async confirm(token: string, hold: string, request: string): Promise<Answered> {
    return await this.#call('POST', `/holds/${hold}/release-requests/${request}/confirmations`, { token });
  }

  /** Two persons, and the box is free. */
  async release(box: string, queue: 'send' | 'return'): Promise<void> {
    const { id } = await this.holdOf(box);
    const { body } = await this.ask(this.maria, id, queue);
    const { status } = await this.confirm(this.luca, id, body.id);
    if (status !== 200) throw new Error(`the release of ${box} was answered with ${status}`);
  }

  async #call(
    method: string,
    path: string,
    request: { token: string; body?: object; headers?: Record<string, string> },
  ): Promise<Answered> {
    return await this.#stage.call(method, path, { ...request, to: this.#service });
  }
}
