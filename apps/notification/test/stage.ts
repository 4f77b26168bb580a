import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  announcementAsked,
  communicationAsked,
  messageAccepted,
  messageDelivered,
  messageNotDelivered,
  messageRefused,
  moveCompleted,
  pinIssued,
  suiteClockKey,
  suiteClockSet,
} from '@recapito/contracts';
import type { DataOf, EventDefinition } from '@recapito/contracts';
import { DirectPublisher } from '@recapito/messaging';
import { migrate, parseConfig, serviceLogger, start } from '@recapito/platform';
import type { HealthReport, RehearsalState, RunningService } from '@recapito/platform';
import { derivedId, instant, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { childProcess, freshDatabase, namespace, servers } from '@recapito/testing';
import type { FreshDatabase, SpecProcess } from '@recapito/testing';
import { notificationConfig } from '../src/config.ts';
import { PrismaClient } from '../src/persistence/generated/client.ts';
import { notificationService } from '../src/service.ts';
import { CertifiedMailStandIn } from './certified-mail-stand-in.ts';
import { IdentityStandIn } from './identity-stand-in.ts';

export const august = parseInstant('2010-08-02T07:00:00Z');
export const bound = parseInstant('2010-09-15T22:00:00Z');
export const announcer = 'pec.cittadini@inpspec.gov.it';

const programmes = new URL('../../../programmes', import.meta.url).pathname;

/** Another service speaks: the fact, and the key that it stands under. */
interface Said<Data> {
  readonly key: string;
  readonly data: Data;
}

/** A fact that notification has told, as it lies in its outbox. */
export interface ToldFact {
  readonly type: string;
  readonly sequence: number;
  readonly data: Record<string, unknown>;
}

type Row = Awaited<ReturnType<PrismaClient['communication']['findMany']>>[number];

/** What the specs of one file stand on: a database, a namespace, secrets, the neighbours, and notification itself. */
export class Stage {
  readonly namespace = namespace();
  readonly folder = mkdtempSync(join(tmpdir(), 'recapito-notification-'));
  readonly secrets = secretsFolder();
  readonly identity = new IdentityStandIn();
  readonly certifiedMail = new CertifiedMailStandIn();
  readonly #publishers = new Map<string, DirectPublisher>();
  readonly #undo: (() => unknown)[] = [];
  #environment: Record<string, string> | undefined;
  #database: FreshDatabase | undefined;
  #client: PrismaClient | undefined;
  #clockSet = 0;

  /** Starts notification in this process; may be called again for another instance on the same database. */
  async open(more: Record<string, string> = {}): Promise<RunningService<PrismaClient>> {
    const reading = parseConfig(notificationConfig, { ...(await this.environment()), ...more });
    if ('faults' in reading) throw new Error(reading.faults);
    const running = await start(notificationService(reading.config));
    this.#undo.unshift(() => running.stop());
    await running.ready;
    return running;
  }

  /** Starts it as the process that an installation runs, with a log that can be read. */
  async openProcess(more: Record<string, string> = {}): Promise<SpecProcess> {
    const program = new URL('../src/main.ts', import.meta.url).pathname;
    const environment = { ...(await this.environment()), RECAPITO_LOG_LEVEL: 'debug', ...more };
    const child = childProcess(program, { environment });
    this.#undo.unshift(() => child.cleanUp());
    await child.line(/"message":"ready"/, 40_000);
    return child;
  }

  /** The environment of notification on this stage; database, clock and neighbours are there. */
  async environment(): Promise<Record<string, string>> {
    this.#environment ??= await this.#made();
    return this.#environment;
  }

  /** Notification's own database, in its runtime role. */
  get client(): PrismaClient {
    if (this.#database === undefined) throw new Error('the stage is not open');
    this.#client ??= new PrismaClient({ adapter: new PrismaPg({ connectionString: this.#database.url, max: 4 }) });
    return this.#client;
  }

  /** Has something undone at the end, before what was there before it. */
  undoing(undo: () => unknown): void {
    this.#undo.unshift(undo);
  }

  async end(): Promise<void> {
    for (const undo of this.#undo) await undo();
    for (const publisher of this.#publishers.values()) await publisher.close();
    await Promise.all([this.identity.close(), this.certifiedMail.close()]);
    await this.#client?.$disconnect();
    await this.#database?.drop();
    for (const folder of [this.secrets, this.folder]) rmSync(folder, { recursive: true });
  }

  /** Moves the suite clock, as the driver of a rehearsal does. */
  async setClock(at: Instant): Promise<void> {
    const data = { instant: at, rate: 0 as const, since: instant(Date.now()) };
    await this.say('rehearsal', suiteClockSet, { key: suiteClockKey, data }, ++this.#clockSet);
  }

  /** Migration asks for the announcement of a move, in one or several facts that mean the same. */
  async announce(move: string, { generation = 1, times = 1, campaign = 'inps-2010' } = {}): Promise<void> {
    const data: DataOf<typeof announcementAsked> = {
      move,
      campaign,
      generation,
      until: bound,
      holder: derivedId('holder', move),
      enrolment: derivedId('enrolment', move),
      from: oldAddressOf(move),
      to: newAddressOf(move),
      userId: newAddressOf(move),
    };
    for (let time = 0; time < times; time++) await this.say('migration', announcementAsked, { key: move, data });
  }

  /** Migration says that a move is completed. */
  async complete(move: string): Promise<void> {
    const data: DataOf<typeof moveCompleted> = {
      move,
      campaign: 'inps-2010',
      confirmedAt: august,
      completedAt: august,
      late: false,
      holder: derivedId('holder', move),
      from: oldAddressOf(move),
      to: newAddressOf(move),
    };
    await this.say('migration', moveCompleted, { key: move, data });
  }

  /** Identity issues a PIN, whose halves go by SMS and by letter. */
  async issuePin(pin: string, holder: string = randomUUID()): Promise<void> {
    const data: DataOf<typeof pinIssued> = {
      holder,
      pin,
      halves: [
        { half: 1, channel: 'sms' },
        { half: 2, channel: 'posta' },
      ],
    };
    await this.say('identity', pinIssued, { key: holder, data });
  }

  /** Certified-mail says of a message that it was accepted or refused, delivered, or could not be. */
  async tellOfMessage(
    what: 'accepted' | 'refused' | 'delivered' | 'not-delivered',
    about: { identificativo: string; msgid: string; mittente?: string; recipient?: string },
  ): Promise<void> {
    const { identificativo, msgid, mittente = announcer, recipient = 'chi@inpspec.gov.it' } = about;
    const event = {
      identificativo,
      msgid,
      mittente,
      oggetto: 'Oggetto',
      gestore: 'Gestore',
      messageId: randomUUID(),
      destinatari: [{ indirizzo: recipient, tipo: 'certificato' as const }],
      tipoRicevuta: 'sintetica' as const,
      consegna: recipient,
    };
    const key = identificativo;
    if (what === 'accepted') return await this.say('certified-mail', messageAccepted, { key, data: event });
    if (what === 'delivered') return await this.say('certified-mail', messageDelivered, { key, data: event });
    if (what === 'refused') {
      const data = { ...event, errore: 'altro' as const, erroreEsteso: 'fuori dal circuito' };
      return await this.say('certified-mail', messageRefused, { key, data });
    }
    const data = { ...event, errore: 'no-dest' as const, erroreEsteso: '5.1.1 casella inesistente' };
    return await this.say('certified-mail', messageNotDelivered, { key, data });
  }

  /** Says a fact as another service. */
  async say<Data>(service: string, definition: EventDefinition<Data>, { key, data }: Said<Data>, sequence = 1) {
    let publisher = this.#publishers.get(service);
    if (publisher === undefined) {
      const logger = serviceLogger(service, 'silent');
      const { namespace } = this;
      publisher = new DirectPublisher({ service, brokers: servers().kafkaBrokers, namespace, logger });
      this.#publishers.set(service, publisher);
    }
    await publisher.publish(definition, { key, sequence, time: august, data });
  }

  /** The row of a communication; throws until it is there. */
  async row(id: string): Promise<Row> {
    return await this.client.communication.findUniqueOrThrow({ where: { id } });
  }

  /** Every fact told so far of a communication, in order. */
  async told(id: string): Promise<ToldFact[]> {
    const rows = await this.client.outboxRow.findMany({
      where: { topic: communicationAsked.topic, key: id },
      orderBy: { seq: 'asc' },
    });
    return rows.map(({ type, sequence, value }) => ({
      type,
      sequence: Number(sequence),
      data: JSON.parse(value) as Record<string, unknown>,
    }));
  }

  operatorToken(): string {
    return readFileSync(join(this.secrets, 'operator.token'), 'utf8');
  }

  /** Asks notification as the operator. */
  async get({ url }: Pick<RunningService, 'url'>, path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${this.operatorToken()}` } });
    return { status: response.status, body: await response.json() };
  }

  async rehearsalState(running: Pick<RunningService, 'url'>): Promise<RehearsalState> {
    return (await this.get(running, '/rehearsal/state')).body as RehearsalState;
  }

  async health(running: Pick<RunningService, 'url'>): Promise<HealthReport> {
    return (await this.get(running, '/health/ready')).body as HealthReport;
  }

  async #made(): Promise<Record<string, string>> {
    this.#database = await freshDatabase({ app: 'notification', migrate });
    await this.setClock(august);
    return {
      RECAPITO_MODE: 'rehearsal',
      RECAPITO_PORT: '0',
      RECAPITO_DATABASE_URL: this.#database.url,
      RECAPITO_KAFKA_BROKERS: servers().kafkaBrokers.join(','),
      RECAPITO_REDIS_URL: servers().redisUrl,
      RECAPITO_NAMESPACE: this.namespace,
      RECAPITO_FOLDER: this.folder,
      RECAPITO_SECRETS: this.secrets,
      RECAPITO_PROGRAMMES: programmes,
      RECAPITO_IDENTITY_URL: await this.identity.listen(),
      RECAPITO_CERTIFIED_MAIL_URL: await this.certifiedMail.listen(),
      RECAPITO_LOG_LEVEL: 'silent',
    };
  }
}

/** Each move of a spec has addresses of its own. */
export function oldAddressOf(move: string): string {
  return `${move.slice(-12)}@inpspec.gov.it`;
}

export function newAddressOf(move: string): string {
  return `nome.${move.slice(-12)}@postacertificata.gov.it`;
}

/** A folder of secrets as the bootstrap makes it. */
function secretsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-secrets-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const put = (name: string, content: string) => writeFileSync(join(folder, name), content, { mode: 0o600 });
  put('suite-token.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  put('first-access.key', '0f'.repeat(32));
  put('operator.token', 'operatore-di-prova');
  return folder;
}
