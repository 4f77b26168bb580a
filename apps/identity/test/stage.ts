import { addressReserved, movePlanned, switched } from '@recapito/contracts';
import type { DataOf, EventDefinition } from '@recapito/contracts';
import { parseConfig } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { eventually, ServiceStage } from '@recapito/testing';
import type { SpecProcess } from '@recapito/testing';
import { identityConfig } from '../src/config.ts';
import { PrismaClient } from '../src/persistence/generated/client.ts';
import { identityService } from '../src/service.ts';

export type { Answer } from '@recapito/testing';

export const august = parseInstant('2010-08-02T07:00:00Z');
export const lastMillisecond = parseInstant('2010-09-15T21:59:59.999Z');
export const bound = parseInstant('2010-09-15T22:00:00Z');

/** How much argon2id costs here, as environment of identity. */
type Hashing = Readonly<Record<string, string>>;

/** As cheap as it gets: for specs whose subject is not its cost. */
const cheapHashes: Hashing = { RECAPITO_ARGON2_MEMORY_KIB: '64', RECAPITO_ARGON2_PASSES: '1' };

/** As an installation has it. */
export const realHashes: Hashing = {};

/** Identity with a database and topics of its own, and what migration and mailbox say to it. */
export class Stage extends ServiceStage<PrismaClient> {
  readonly #hashing: Hashing;
  #said = 0;

  constructor(hashing: Hashing = cheapHashes) {
    super('identity', PrismaClient, (environment) => {
      const reading = parseConfig(identityConfig, environment);
      if ('faults' in reading) throw new Error(reading.faults);
      return identityService(reading.config);
    });
    this.#hashing = hashing;
  }

  override async environment(): Promise<Record<string, string>> {
    return {
      ...(await super.environment()),
      UV_THREADPOOL_SIZE: '8',
      ...this.#hashing,
      RECAPITO_TRUSTED_PROXIES: '127.0.0.1',
    };
  }

  /** Starts identity as a process of its own; the calls that follow go to it. */
  async openProcess(more: Record<string, string> = {}, at: Instant = august): Promise<SpecProcess> {
    const child = await this.program(new URL('identity-process.ts', import.meta.url), more);
    this.listensAt((await child.line(/^listening /)).slice('listening '.length));
    await this.setClock(at);
    await child.line('ready');
    return child;
  }

  /** Moves the suite clock, and waits until identity shows it, in whichever process it is. */
  override async setClock(at: Instant): Promise<void> {
    await super.setClock(at);
    await eventually(async () => (await this.rehearsalState()).clock?.instant === at);
  }

  /** Migration plans a move; resolves when identity has worked on it. */
  async plan(move: DataOf<typeof movePlanned>): Promise<void> {
    await this.#sayAndWait(movePlanned, move.holder, move);
  }

  /** Mailbox keeps an address for a holder; resolves when identity has worked on it. */
  async reserve(data: DataOf<typeof addressReserved>): Promise<void> {
    await this.#sayAndWait(addressReserved, data.holder, data);
  }

  /** Mailbox opens the new box; resolves when identity has worked on it. */
  async switch(data: DataOf<typeof switched>): Promise<void> {
    await this.#sayAndWait(switched, data.holder, data);
  }

  /** Says a fact as another service, and waits until identity has worked on every one said so far. */
  async #sayAndWait<Data>(definition: EventDefinition<Data>, key: string, data: Data): Promise<void> {
    await this.say(definition, key, data, august);
    this.#said++;
    await eventually(async () => {
      const { counters } = await this.rehearsalState();
      const worked = ['facts.handled', 'facts.skipped', 'facts.deadLettered', 'facts.queued'];
      return worked.reduce((sum, name) => sum + (counters[name] ?? 0), 0) >= this.#said;
    });
  }
}
