import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint, serviceCalendar } from '@recapito/capability';
import type { MailboxState } from '@recapito/capability';
import { calendarArmed, directoryRecord, suiteClockKey, suiteClockSet } from '@recapito/contracts';
import { DirectPublisher } from '@recapito/messaging';
import { migrate, parseConfig, serviceLogger, ServiceTokens, start } from '@recapito/platform';
import type { RunningService } from '@recapito/platform';
import { derivedId, instant, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { eventually, freshDatabase, namespace, servers } from '@recapito/testing';
import { SignJWT } from 'jose';
import { certifiedMailConfig } from '../src/config.ts';
import type { CertifiedMailConfig } from '../src/config.ts';
import { writeAuthority } from '../src/development-authority/write-authority.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { readProviders } from '../src/programme/providers.ts';
import { certifiedMailService } from '../src/service.ts';
import { MailStore } from './mail-store.ts';

const silent = serviceLogger('spec', 'silent');
export const programmes = new URL('../../../programmes', import.meta.url).pathname;

/** Addresses of the shipped programme. */
export const inpsSender = 'pec.cittadini@inpspec.gov.it';
export const inpsReceipts = 'ricevute@inpspec.gov.it';
export const pcertReceipts = 'ricevute@postacertificata.gov.it';
export const entiReceipts = 'ricevute@gestore-enti.example';
export const comune = 'protocollo@pec.comune.borgovento.example';
export const provincia = 'urp@pec.provincia.valchiara.example';

/** Fictional holders, and boxes in every place that the specs need. */
export const mario = { holder: derivedId('spec-holder', 'mario'), box: 'rssmra80a01h501u@inpspec.gov.it' };
export const anna = { holder: derivedId('spec-holder', 'anna'), box: 'anna.bianchi@postacertificata.gov.it' };
export const closed = { holder: derivedId('spec-holder', 'closed'), box: 'giulia.verdi@postacertificata.gov.it' };

/** Has room for less than any message. */
export const full = { holder: derivedId('spec-holder', 'full'), box: 'carla.gialli@postacertificata.gov.it' };

export const inAugust = parseInstant('2010-08-02T07:00:00Z');

/** What one spec file stands on: database, namespace, keys of an authority of its own, Dovecot, and the service. */
export class Stage {
  readonly namespace = namespace();
  readonly folder = mkdtempSync(join(tmpdir(), 'recapito-certified-mail-'));
  readonly #keys = generateKeyPairSync('ed25519');
  readonly #undo: (() => unknown)[] = [];
  readonly #publishers = new Map<string, DirectPublisher>();
  #ticks = 0;
  #store: MailStore | undefined;
  #database: Awaited<ReturnType<typeof freshDatabase>> | undefined;

  get store(): MailStore {
    if (this.#store === undefined) throw new Error('the stage has not been set');
    return this.#store;
  }

  /** Keys, mail store, database, calendars and boxes; no service yet. */
  async set(): Promise<this> {
    const key = this.#keys.privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(join(this.folder, 'suite-token.key'), key, { mode: 0o600 });
    await writeAuthority(join(this.folder, 'providers'), readProviders(join(programmes, 'providers')));
    const own = [inpsSender, inpsReceipts, pcertReceipts, entiReceipts, comune, provincia];
    const boxes = [...own, mario.box, anna.box, closed.box];
    this.#store = await MailStore.start(boxes, [full.box]);
    this.#database = await freshDatabase({ app: 'certified-mail', migrate });
    for (const service of ['inps-trial', 'cec-pac']) await this.armCalendar(service);
    await this.listBox(mario, 'inps-trial', 'active', 1);
    await this.listBox(anna, 'cec-pac', 'active', 1);
    await this.listBox(closed, 'cec-pac', 'withdrawn', 1);
    await this.listBox(full, 'cec-pac', 'active', 1);
    await this.setClock(inAugust);
    return this;
  }

  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      RECAPITO_MODE: 'rehearsal',
      RECAPITO_PORT: '0',
      RECAPITO_DATABASE_URL: this.#database?.url ?? '',
      RECAPITO_KAFKA_BROKERS: servers().kafkaBrokers.join(','),
      RECAPITO_REDIS_URL: servers().redisUrl,
      RECAPITO_NAMESPACE: this.namespace,
      RECAPITO_FOLDER: this.folder,
      RECAPITO_SECRETS: this.folder,
      RECAPITO_PROGRAMMES: programmes,
      RECAPITO_LMTP_PORT: String(this.store.port),
      RECAPITO_LOG_LEVEL: 'silent',
      ...more,
    };
  }

  /** What this installation is, as the service reads it. */
  async installation(): Promise<Installation> {
    return await Installation.read(this.config());
  }

  config(more: Readonly<Record<string, string>> = {}): CertifiedMailConfig {
    const reading = parseConfig(certifiedMailConfig, this.environment(more));
    if ('faults' in reading) throw new Error(reading.faults);
    return reading.config;
  }

  /** Starts certified-mail in this process; it is stopped with the stage. */
  async service(more: Readonly<Record<string, string>> = {}): Promise<RunningService<PrismaClient>> {
    const running = await start(certifiedMailService(this.config(more)));
    this.#undo.unshift(() => running.stop());
    await running.ready;
    return running;
  }

  /** Sets the suite clock as a rehearsal's driver does, and waits until the services show it. */
  async setClock(at: Instant, ...services: readonly RunningService<PrismaClient>[]): Promise<void> {
    const data = { instant: at, rate: 0 as const, since: instant(Date.now()) };
    this.#ticks += 1;
    const publisher = this.#publisher('rehearsal');
    await publisher.publish(suiteClockSet, { key: suiteClockKey, sequence: this.#ticks, time: at, data });
    for (const { platform } of services) await eventually(() => platform.clock.now() === at);
  }

  /** Says of a holder's one box what mailbox would say in its directory. */
  async listBox(
    { holder, box: address }: { holder: string; box: string },
    service: string,
    state: MailboxState,
    sequence: number,
  ): Promise<void> {
    const boxes = [{ box: derivedId('spec-box', address), address, service, state, partner: null }];
    await this.#publisher('mailbox').publish(directoryRecord, {
      key: holder,
      sequence,
      time: inAugust,
      data: { holder, boxes },
    });
  }

  async armCalendar(service: string, publisher = this.#publisher('mailbox')): Promise<void> {
    const calendar = serviceCalendar.parse(
      JSON.parse(readFileSync(join(programmes, 'services', `${service}.json`), 'utf8')),
    );
    const data = { service, version: 1, sha256: fingerprint(calendar), armedBy: 'programme', calendar };
    await publisher.publish(calendarArmed, { key: service, sequence: 1, time: inAugust, data });
  }

  /** The token of another service of the suite. */
  async serviceToken(service: string): Promise<string> {
    const keys = { sign: this.#keys.privateKey, verify: this.#keys.publicKey };
    return await new ServiceTokens(service, keys).issue('certified-mail');
  }

  /** The session of a holder who signed in at identity. */
  async citizenToken(holder: string, scope: 'pin' | 'enrolment' | 'first-pin', audience = 'portal'): Promise<string> {
    return await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .setIssuer('identity')
      .setAudience(audience)
      .setSubject(holder)
      .setIssuedAt()
      .setExpirationTime('15m')
      .sign(this.#keys.privateKey);
  }

  async end(): Promise<void> {
    for (const undo of this.#undo) await undo();
    for (const publisher of this.#publishers.values()) await publisher.close();
    await this.#store?.remove();
    await this.#database?.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #publisher(service: string): DirectPublisher {
    const connection = { service, brokers: servers().kafkaBrokers, namespace: this.namespace, logger: silent };
    const known = this.#publishers.get(service) ?? new DirectPublisher(connection);
    this.#publishers.set(service, known);
    return known;
  }
}
