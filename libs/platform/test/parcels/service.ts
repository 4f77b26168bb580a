import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Module } from '@nestjs/common';
import { suiteClockKey, suiteClockSet } from '@recapito/contracts';
import { DirectPublisher } from '@recapito/messaging';
import { type Instant, instant } from '@recapito/primitives';
import { addKeyPair, brokerSettings, freshDatabase, namespace, servers, serviceToken } from '@recapito/testing';
import { planMigration } from '@recapito/database';
import {
  parseConfig,
  type RunningService,
  type Service,
  serviceConfig,
  serviceLogger,
  start,
} from '../../src/index.ts';
import { parcelClient, type ParcelClient } from './parcel-client.ts';
import { ParcelsController } from './parcels.controller.ts';

@Module({ controllers: [ParcelsController] })
export class ParcelsModule {}

const schemas = new URL('../prisma/', import.meta.url).pathname;

/** The migrations of the small service, written as `npm run migrate -- diff` writes them. */
export async function planned(): Promise<URL> {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-prisma-'));
  for (const name of readdirSync(schemas)) writeFileSync(join(folder, name), readFileSync(join(schemas, name)));
  await planMigration(folder, 'create-parcels', new Date('2026-11-22T00:00:00Z'));
  return pathToFileURL(join(folder, 'migrations/'));
}

export const grants = {
  counter: ['register-parcel', 'list-parcels', 'see-caller'],
  operator: ['list-parcels'],
};

/** What the driver of a rehearsal shows. */
export const operatorToken = 'operator-of-the-spec';

/** Says of every way between the parts that something else protects it. */
const behindMesh = {
  RECAPITO_KAFKA_PROTECTED_BY: 'mesh',
  RECAPITO_HTTP_PROTECTED_BY: 'mesh',
  RECAPITO_DATABASE_PROTECTED_BY: 'mesh',
  RECAPITO_REDIS_PROTECTED_BY: 'mesh',
};

/** A folder of secrets as the bootstrap makes it; production has no operator's token. */
function secrets(mode: 'rehearsal' | 'production', own = 'parcels'): string {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-secrets-'));
  const services = mode === 'production' ? [own] : ['parcels', 'counter', 'identity', 'mailbox'];
  for (const service of services) addKeyPair(folder, service, 'service');
  if (mode === 'rehearsal') writeFileSync(join(folder, 'operator.token'), `${operatorToken}\n`, { mode: 0o600 });
  return folder;
}

/** What the specs of one file stand on: a database, a namespace, secrets, and the services they start there. */
export class Stage {
  readonly namespace = namespace();
  readonly secrets = secrets('rehearsal');
  readonly #undo: (() => unknown)[] = [];
  readonly #driver = new DirectPublisher({
    service: 'rehearsal',
    brokers: servers().kafkaBrokers,
    namespace: this.namespace,
    logger: serviceLogger('rehearsal', 'silent'),
  });
  #set = 0;
  #migrations: Promise<URL> | undefined;

  /** The folder of migrations, one for the file. */
  async migrations(): Promise<URL> {
    this.#migrations ??= planned();
    return await this.#migrations;
  }

  /** Secrets of one service, without the operator's token. */
  productionSecrets(own?: string): string {
    const folder = secrets('production', own);
    this.#undo.push(() => rmSync(folder, { recursive: true }));
    return folder;
  }

  /** Secrets of which the suite's key has another mode than it should. */
  secretsOfMode(mode: number): string {
    const folder = this.productionSecrets();
    chmodSync(join(folder, 'keys.json'), mode);
    return folder;
  }

  /** A token that a service would show to another. */
  async tokenOf(service: string, audience: string): Promise<string> {
    return await serviceToken(this.secrets, service, audience);
  }

  /** The environment of a service with a database of its own. */
  async environment(more: Record<string, string> = {}): Promise<Record<string, string>> {
    const database = await freshDatabase({ app: 'parcels', schemaSql: 'SELECT 1' });
    this.#undo.push(() => database.drop());
    const environment = {
      RECAPITO_MODE: 'rehearsal',
      RECAPITO_PORT: '0',
      RECAPITO_DATABASE_URL: database.url,
      RECAPITO_MIGRATOR_URL: database.migratorUrl,
      // Parcels are none of the suite's services: the broker knows this one as its administrator.
      ...brokerSettings('broker'),
      RECAPITO_REDIS_URL: servers().redisUrl,
      RECAPITO_NAMESPACE: this.namespace,
      RECAPITO_FOLDER: tmpdir(),
      RECAPITO_SECRETS: this.secrets,
      RECAPITO_PROGRAMMES: tmpdir(),
      RECAPITO_LOG_LEVEL: 'silent',
      ...more,
    };
    return more['RECAPITO_MODE'] === 'production' ? this.inProduction(environment) : environment;
  }

  /** The same in production behind a mesh: addresses with passwords stand in files. */
  inProduction(environment: Record<string, string>): Record<string, string> {
    const folder = mkdtempSync(join(tmpdir(), 'recapito-addresses-'));
    this.#undo.push(() => rmSync(folder, { recursive: true }));
    const addresses = ['RECAPITO_DATABASE_URL', 'RECAPITO_MIGRATOR_URL'].flatMap((variable) => {
      writeFileSync(join(folder, variable), environment[variable] ?? '', { mode: 0o600 });
      return [
        [variable, ''],
        [`${variable}_FILE`, join(folder, variable)],
      ];
    });
    const secrets = { RECAPITO_SECRETS: this.productionSecrets() };
    return { ...behindMesh, ...secrets, ...environment, RECAPITO_MODE: 'production', ...Object.fromEntries(addresses) };
  }

  /** Describes the service of parcels in that environment. */
  async service(
    environment: Record<string, string>,
    more: Partial<Service<ParcelClient>> = {},
  ): Promise<Service<ParcelClient>> {
    const reading = parseConfig(serviceConfig, environment);
    if ('faults' in reading) throw new Error(reading.faults);
    const database = { client: await parcelClient(), migrations: await this.migrations() };
    return {
      name: 'parcels',
      config: reading.config,
      module: ParcelsModule,
      database,
      grants,
      rawBodies: { 'message/rfc822': 5_000 },
      ...more,
    };
  }

  /** Starts it; it is stopped with the stage. */
  async started(
    more: Partial<Service<ParcelClient>> = {},
    environment: Record<string, string> = {},
  ): Promise<RunningService<ParcelClient>> {
    return this.startedIn(await this.environment(environment), more);
  }

  /** Starts it in an environment that is whole, as one in whose database it has run before. */
  async startedIn(
    environment: Record<string, string>,
    more: Partial<Service<ParcelClient>> = {},
  ): Promise<RunningService<ParcelClient>> {
    const running = await start(await this.service(environment, more));
    this.#undo.unshift(() => running.stop());
    return running;
  }

  /** Moves the suite clock, as the driver of a rehearsal does. */
  async setClock(at: Instant, rate: 0 | 1 = 0): Promise<void> {
    const data = { instant: at, rate, since: instant(Date.now()) };
    await this.#driver.publish(suiteClockSet, { key: suiteClockKey, sequence: ++this.#set, time: at, data });
  }

  async end(): Promise<void> {
    for (const undo of this.#undo) await undo();
    await this.#driver.close();
    rmSync(this.secrets, { recursive: true });
    if (this.#migrations !== undefined) rmSync(join(fileURLToPath(await this.#migrations), '..'), { recursive: true });
  }
}
