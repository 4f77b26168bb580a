import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MailboxState } from '@recapito/capability';
import { movePlanned, suiteClockKey, suiteClockSet, switchAsked } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { DirectPublisher } from '@recapito/messaging';
import { migrate, parseConfig, serviceLogger, start } from '@recapito/platform';
import type { RunningService } from '@recapito/platform';
import { after, certifiedAddress, derivedId, instant, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { freshDatabase, namespace, operatorToken, secretsFolder, servers, serviceToken } from '@recapito/testing';
import { mailboxConfig } from '../src/config.ts';
import { MailStore } from '../src/dovecot/mail-store.ts';
import { storeFolder } from '../src/dovecot/store-folder.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { mailboxService } from '../src/service.ts';
import { eventually } from './patience.ts';

const silent = serviceLogger('spec', 'silent');
const programmes = new URL('../../../programmes', import.meta.url).pathname;

/** A person of a spec's cohort. */
export interface Citizen {
  readonly cf: string;
  readonly nome: string;
  readonly cognome: string;
}

export const mario: Citizen = { cf: 'RSSMRA80A01H501U', nome: 'Mario', cognome: 'Rossi' };
export const marioOfMilan: Citizen = { cf: 'RSSMRA70A01F205V', nome: 'Mario', cognome: 'Rossi' };
export const anna: Citizen = { cf: 'BNCNNA85T71F205P', nome: 'Anna', cognome: 'Bianchi' };
export const nicolo: Citizen = { cf: 'DNGNCL99M09F839Z', nome: 'Nicolò', cognome: "D'Angelo" };

export const inAugust = parseInstant('2010-08-02T07:00:00Z');

export const holderOf = ({ cf }: Citizen): string => derivedId('spec-holder', cf);
export const moveOf = ({ cf }: Citizen): string => derivedId('spec-move', cf);
export const inpsAddressOf = ({ cf }: Citizen): string => `${cf.toLowerCase()}@inpspec.gov.it`;

/** What one spec file stands on: a database, a namespace, secrets, a mail store, and the mailbox services it starts. */
export class Stage {
  readonly namespace = namespace();
  readonly folder = mkdtempSync(join(tmpdir(), 'recapito-mailbox-'));
  readonly secrets = secretsFolder();
  readonly #undo: (() => unknown)[] = [];
  readonly #publishers = new Map<string, DirectPublisher>();
  /** The promise and not the database: services that are started at once have one database between them. */
  #database: ReturnType<typeof freshDatabase> | undefined;
  #ticks = 0;
  #row = 0;

  constructor() {
    // The accounts of mail and Dovecot must be able to come in.
    chmodSync(this.folder, 0o755);
  }

  get store(): string {
    return join(this.folder, 'store');
  }

  /** The database's address in its owner's role, for the eyes of a spec. */
  async databaseUrl(): Promise<string> {
    return (await this.#databaseOfFile()).migratorUrl;
  }

  async environment(more: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
    const database = await this.#databaseOfFile();
    return {
      RECAPITO_MODE: 'rehearsal',
      RECAPITO_PORT: '0',
      RECAPITO_DATABASE_URL: database.url,
      RECAPITO_KAFKA_BROKERS: servers().kafkaBrokers.join(','),
      RECAPITO_REDIS_URL: servers().redisUrl,
      RECAPITO_NAMESPACE: this.namespace,
      RECAPITO_FOLDER: this.folder,
      RECAPITO_SECRETS: this.secrets,
      RECAPITO_PROGRAMMES: programmes,
      RECAPITO_IDENTITY_URL: 'http://127.0.0.1:9',
      RECAPITO_DOVEADM_URL: 'http://127.0.0.1:9',
      RECAPITO_LOG_LEVEL: 'silent',
      ...more,
    };
  }

  /** Starts a mailbox service in this process; it is stopped with the stage. */
  async mailbox(more: Readonly<Record<string, string>> = {}): Promise<RunningService<PrismaClient>> {
    const reading = parseConfig(mailboxConfig, await this.environment(more));
    if ('faults' in reading) throw new Error(reading.faults);
    const running = await start(mailboxService(reading.config));
    this.onEnd(async () => {
      if (!(await running.stop())) throw new Error('mailbox did not stop in time');
    });
    await running.ready;
    return running;
  }

  /** Sets the suite clock as a rehearsal's driver does, and waits until a service shows it. */
  async setClock(at: Instant, ...services: readonly RunningService<PrismaClient>[]): Promise<void> {
    const data = { instant: at, rate: 0 as const, since: instant(Date.now()) };
    this.#ticks += 1;
    await this.#publisher('rehearsal').publish(suiteClockSet, {
      key: suiteClockKey,
      sequence: this.#ticks,
      time: at,
      data,
    });
    for (const { platform } of services) await eventually(() => platform.clock.now() === at);
  }

  /** Migration plans a citizen's move. Rows are numbered in the order of the calls. */
  async planMove(citizen: Citizen, more: Partial<DataOf<typeof movePlanned>> = {}): Promise<void> {
    this.#row += 1;
    const move = moveOf(citizen);
    await this.#publisher('migration').publish(movePlanned, {
      key: this.#keyOf(citizen),
      sequence: 1,
      time: inAugust,
      data: {
        move,
        campaign: 'inps-2010',
        holder: holderOf(citizen),
        row: this.#row,
        person: {
          codiceFiscale: citizen.cf,
          cognome: citizen.cognome,
          nome: citizen.nome,
          sesso: 'M',
          dataNascita: '1980-01-01',
          comuneNascita: 'H501',
        },
        recognition: { origin: 'inps', office: 'INPS Roma', operator: 'OP0001', date: '2010-01-10' },
        source: { service: 'inps-trial', address: `${citizen.cf}@inpspec.gov.it` },
        target: { service: 'cec-pac', domain: 'postacertificata.gov.it' },
        until: parseInstant('2010-09-15T22:00:00Z'),
        ...more,
      },
    });
  }

  /** Migration asks for the switch that a citizen has confirmed. */
  async askSwitch(citizen: Citizen, confirmedAt: Instant): Promise<void> {
    await this.#publisher('migration').publish(switchAsked, {
      key: this.#keyOf(citizen),
      sequence: 2,
      time: confirmedAt,
      data: {
        move: moveOf(citizen),
        campaign: 'inps-2010',
        holder: holderOf(citizen),
        confirmedAt,
        dueAt: after(confirmedAt, 24 * 3_600_000),
      },
    });
  }

  /** A box that is simply there, in a state, with its home in the store. */
  async box(
    service: RunningService<PrismaClient>,
    box: {
      readonly address: string;
      readonly service: string;
      readonly state: MailboxState;
      readonly logInName?: string;
    },
  ): Promise<{ readonly holder: string }> {
    const address = certifiedAddress(box.address);
    const holder = derivedId('spec-holder', address);
    const client = service.platform.database?.client;
    await client?.holder.create({ data: { id: holder } });
    await client?.mailbox.create({
      data: { ...box, id: derivedId('mailbox', address), holderId: holder, address, stateSince: new Date(inAugust) },
    });
    await new MailStore(storeFolder(this.store)).prepareHome({ ...box, address });
    return { holder };
  }

  /** A request to a service as the operator, or as another service, with both languages in a refusal for the latter. */
  async ask(service: RunningService<PrismaClient>, path: string, options: AskOptions = {}): Promise<Response> {
    const { as = 'operator', body, key } = options;
    const token = as === 'operator' ? operatorToken : await serviceToken(this.secrets, as, 'mailbox');
    return fetch(new URL(path, service.url), {
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  onEnd(undo: () => unknown): void {
    this.#undo.unshift(undo);
  }

  async end(): Promise<void> {
    for (const undo of this.#undo) await undo();
    for (const publisher of this.#publishers.values()) await publisher.close();
    await (await this.#database)?.drop();
    for (const folder of [this.folder, this.secrets]) rmSync(folder, { recursive: true, force: true });
  }

  #keyOf({ nome, cognome }: Citizen): string {
    // Homonyms share the key of the topic, so that they are read in the cohort's order.
    return derivedId('spec-base-address', `${nome}.${cognome}`);
  }

  #publisher(service: string): DirectPublisher {
    let publisher = this.#publishers.get(service);
    if (publisher === undefined) {
      publisher = new DirectPublisher({
        service,
        brokers: servers().kafkaBrokers,
        namespace: this.namespace,
        logger: silent,
      });
      this.#publishers.set(service, publisher);
    }
    return publisher;
  }

  async #databaseOfFile() {
    this.#database ??= freshDatabase({ app: 'mailbox', migrate });
    return this.#database;
  }
}

interface AskOptions {
  readonly as?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly key?: string;
}
