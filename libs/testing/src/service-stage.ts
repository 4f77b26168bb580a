import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventDefinition, TopicName } from '@recapito/contracts';
import { Database, migrate } from '@recapito/database';
import { start } from '@recapito/platform';
import type { PrismaClientClass, PrismaClientLike, Tx } from '@recapito/database';
import type { RehearsalState, RunningService, Service } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { addOperator } from '@recapito/installation';
import { root } from '@recapito/servers';
import { backUpDatabase } from './backed-up-database.ts';
import { childProcess } from './child-process.ts';
import type { SpecProcess } from './child-process.ts';
import { eventually } from './eventually.ts';
import { freshDatabase } from './fresh-database.ts';
import type { FreshDatabase } from './fresh-database.ts';
import { namespace } from './namespace.ts';
import { prepareFor } from './prepare-for.ts';
import { brokerSettings, servers } from './servers.ts';
import { operatorToken, secretsFolder, serviceToken } from './spec-secrets.ts';
import { send } from './stage-request.ts';
import type { Answer, StageRequest } from './stage-request.ts';
import { toldFacts } from './told-facts.ts';
import type { ToldFact } from './told-facts.ts';
import { Voices } from './voices.ts';

/** Makes a service from its environment, as its main.ts does. */
export type DescribeService<Prisma extends PrismaClientLike> = (environment: Record<string, string>) => Service<Prisma>;

/**
 * What the specs of one service stand on: a database with its migrations, topics of its own, secrets, the driver that
 * sets the clock, and the service itself, started from its description in `src/service.ts`, once or several times. An
 * app's own stage extends it with its neighbours and with what they say.
 */
export class ServiceStage<Prisma extends PrismaClientLike> {
  readonly app: string;
  readonly namespace = namespace();
  readonly secrets = secretsFolder();
  readonly folder = mkdtempSync(join(tmpdir(), 'recapito-stage-'));
  /** The client that Prisma has generated for the app. */
  readonly clientClass: PrismaClientClass<Prisma>;
  readonly #describe: DescribeService<Prisma>;
  readonly #voices = new Voices(this.namespace);
  readonly #running = new Set<RunningService<Prisma>>();
  readonly #undo: (() => unknown)[] = [];
  /** A promise, so that whoever asks at once gets the same database. */
  #making: Promise<FreshDatabase> | undefined;
  #made: FreshDatabase | undefined;
  #prepared: Promise<void> | undefined;
  #own: Database<Prisma> | undefined;
  #url: string | undefined;
  #management: string | undefined;

  constructor(app: string, clientClass: PrismaClientClass<Prisma>, describe: DescribeService<Prisma>) {
    this.app = app;
    this.clientClass = clientClass;
    this.#describe = describe;
  }

  /** What the service says of itself on this stage. */
  async described(): Promise<Service<Prisma>> {
    return this.#describe(await this.environment());
  }

  /** Starts the service at an instant of the suite, and resolves when it is ready. */
  async open(at: Instant, more: Record<string, string> = {}): Promise<RunningService<Prisma>> {
    const service = await this.start(more);
    await this.setClock(at);
    await service.ready;
    return service;
  }

  /**
   * Starts the service, or one more beside it, and resolves when it listens; it is ready once the clock is set. It is
   * stopped with the stage, at the latest.
   */
  async start(more: Record<string, string> = {}): Promise<RunningService<Prisma>> {
    const running = await start(this.#describe({ ...(await this.environment()), ...more }));
    const service = {
      ...running,
      stop: async () => {
        this.#running.delete(service);
        return running.stop();
      },
    };
    this.#running.add(service);
    this.#url = service.url;
    this.#management = service.management;
    this.onEnd(() => this.#inTime(service));
    return service;
  }

  /** Runs a program in the environment of the service; it is ended with the stage. */
  async program(file: URL, more: Record<string, string> = {}): Promise<SpecProcess> {
    const child = childProcess(file.pathname, { environment: { ...(await this.environment()), ...more } });
    this.onEnd(() => child.cleanUp());
    return child;
  }

  /** The environment of the service on this stage, with its database made. A stage with neighbours adds where they are. */
  async environment(): Promise<Record<string, string>> {
    return {
      RECAPITO_MODE: 'rehearsal',
      RECAPITO_PORT: '0',
      RECAPITO_MANAGEMENT_PORT: '0',
      RECAPITO_DATABASE_URL: (await this.database()).url,
      ...(await this.#broker()),
      RECAPITO_KAFKA_FETCH_WAIT_MS: '100',
      RECAPITO_REDIS_URL: servers().redisUrl,
      RECAPITO_NAMESPACE: this.namespace,
      RECAPITO_FOLDER: this.folder,
      RECAPITO_SECRETS: this.secrets,
      RECAPITO_PROGRAMMES: join(root, 'programmes'),
      RECAPITO_LOG_LEVEL: 'silent',
    };
  }

  /** The settings by which another service of the suite reaches the broker, for a spec that starts it beside this one. */
  async brokerFor(app: string): Promise<Record<string, string>> {
    await prepareFor(app, this.namespace);
    return brokerSettings(app);
  }

  /** Where the service that was started last listens. */
  get url(): string {
    if (this.#url === undefined) throw new Error('the stage is not open');
    return this.#url;
  }

  /** Calls go here from now on: for a service that was started in a process of its own. */
  listensAt(url: string): void {
    this.#url = url;
  }

  /** Where those who run the service that was started last look at it. */
  get management(): string {
    if (this.#management === undefined) throw new Error('the stage is not open');
    return this.#management;
  }

  /** Looks at the service as those do who run it: `/metrics`, `/health/ready`, `/openapi.json`. */
  async look<Body = Record<string, unknown>>(
    path: string,
    to: Pick<RunningService, 'management'> = this,
  ): Promise<Answer<Body>> {
    return send<Body>('GET', `${to.management}${path}`, {});
  }

  /** The service's database, as it is reached in either role. */
  async database(): Promise<FreshDatabase> {
    this.#making ??= freshDatabase({ app: this.app, migrate });
    this.#made = await this.#making;
    return this.#made;
  }

  /** The service's database in its runtime role, whether the service runs or not. */
  get client(): Prisma {
    return this.#pool().client;
  }

  /** Work in one transaction of that database, as the service itself opens one. */
  async transaction<Result>(work: (tx: Tx<Prisma>) => Promise<Result>): Promise<Result> {
    await this.database();
    return this.#pool().transaction(work);
  }

  /**
   * Copies the database while no service uses it. @returns what puts the database alone back to the copy, while no service
   * uses it, with topics and files as they are by then.
   */
  async backUp(): Promise<() => Promise<void>> {
    await this.#closePool();
    const backup = await backUpDatabase(this.app, await this.database());
    this.onEnd(() => backup.drop());
    return async () => {
      await this.#closePool();
      await backup.putBack();
    };
  }

  /** Has something undone at the end, before what was there before it. */
  onEnd(undo: () => unknown): void {
    this.#undo.unshift(undo);
  }

  /** Stops what runs in this process. The database and the topics stay for the next. */
  async stop(): Promise<void> {
    for (const service of this.#running) await this.#inTime(service);
  }

  async end(): Promise<void> {
    for (const undo of this.#undo) await undo();
    await this.#voices.close();
    await this.#own?.close();
    await (await this.#making)?.drop();
    for (const folder of [this.secrets, this.folder]) rmSync(folder, { recursive: true, force: true });
  }

  /** Moves the suite clock, as the driver of a rehearsal does, and waits until every service in this process shows it. */
  async setClock(at: Instant): Promise<void> {
    await this.#voices.setClock(at);
    const shown = () => [...this.#running].every(({ platform }) => platform.clock.reading()?.instant === at);
    await eventually(shown);
  }

  /** Says a fact as the service that writes its topic. @returns the fact's id. */
  async say<Data>(
    definition: EventDefinition<Data>,
    key: string,
    data: Data,
    time: Instant,
    sequence = 1,
  ): Promise<string> {
    return this.#voices.say(definition, key, data, time, sequence);
  }

  /** Says what mailbox's directory holds by all that was said in it: without that no reader takes it for whole. */
  async sayCensus(time: Instant): Promise<void> {
    await this.#voices.sayCensus(time);
  }

  /** Every fact that the service has told so far on a topic, about a key where one is given, in order. */
  async told(topic: TopicName, key?: string): Promise<ToldFact[]> {
    await this.database();
    return toldFacts(this.client, topic, key);
  }

  /** Puts a person into the register of operators. @returns the token by which that person is known. */
  operator(name: string): string {
    return addOperator(this.secrets, name, undefined);
  }

  /** The token of the operator, or of a service of the suite that calls this one. */
  async tokenOf(caller: string): Promise<string> {
    return caller === 'operator' ? operatorToken : serviceToken(this.secrets, caller, this.app);
  }

  /** Calls the service. A body that is neither text nor bytes is sent as JSON; an answer that is no JSON is text. */
  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    request: StageRequest = {},
  ): Promise<Answer<Body>> {
    const token = request.token ?? (request.as === undefined ? undefined : await this.tokenOf(request.as));
    return send<Body>(method, `${request.to?.url ?? this.url}${path}`, { ...request, token });
  }

  /** What the driver of a rehearsal is told. */
  async rehearsalState(to: Pick<RunningService, 'url'> = this): Promise<RehearsalState> {
    return (await this.call<RehearsalState>('GET', '/rehearsal/state', { as: 'operator', to })).body;
  }

  async #closePool(): Promise<void> {
    await this.#own?.close();
    this.#own = undefined;
  }

  /** The settings by which the service reaches the broker, as the user that it is in an installation. */
  async #broker(): Promise<Record<string, string>> {
    this.#prepared ??= prepareFor(this.app, this.namespace);
    await this.#prepared;
    return brokerSettings(this.app);
  }

  #pool(): Database<Prisma> {
    if (this.#made === undefined) throw new Error('the database is not made');
    this.#own ??= new Database(this.clientClass, this.#made.url, { connections: 4, name: 'spec' });
    return this.#own;
  }

  async #inTime(service: RunningService<Prisma>): Promise<void> {
    if (!(await service.stop())) throw new Error(`${this.app} did not stop in time`);
  }
}
