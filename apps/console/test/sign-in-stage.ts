import { join } from 'node:path';
import { migrate } from '@recapito/database';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import {
  Browser,
  brokerSettings,
  childProcess,
  eventually,
  freePort,
  freshDatabase,
  hidden,
  prepareFor,
  servers,
  whereTo,
} from '@recapito/testing';
import type { FreshDatabase, Page, SpecProcess } from '@recapito/testing';
import { codeOf, demonstrationAccounts } from '@recapito/tools/demonstration';
import type { DemonstrationAccount } from '@recapito/tools/demonstration';
import { root } from '@recapito/servers';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { SessionView } from '../src/application/session-view.ts';
import { ConsoleStage } from './console-stage.ts';

export const august = parseInstant('2010-08-02T07:00:00Z');

/** The address with one of its parameters changed, or taken away. */
export function changed(onward: string, name: string, value: string | null): string {
  const url = new URL(onward);
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  return url.href;
}

/** A console beside the real identity, in a process of its own, with the operators of a rehearsal. */
export class SignInStage extends ConsoleStage {
  #database: FreshDatabase | undefined;
  #identity: SpecProcess | undefined;
  #identityPort = 0;
  #identityManagement = 0;
  #port = 0;
  #accounts: readonly DemonstrationAccount[] = [];

  /** Where people reach the console. */
  get consoleUrl(): string {
    return `http://localhost:${this.#port}`;
  }

  get identityUrl(): string {
    return `http://localhost:${this.#identityPort}`;
  }

  /** Starts identity and the console, and gives the operators of a rehearsal their accounts. */
  async openBoth(at = august, more: Record<string, string> = {}): Promise<void> {
    [this.#port, this.#identityPort, this.#identityManagement] = [await freePort(), await freePort(), await freePort()];
    await this.#startIdentity();
    await this.open(at, { ...this.settings, ...more });
    await eventually(async () => (await fetch(`${this.identityUrl}/health/ready`)).ok);
    this.#accounts = await demonstrationAccounts(this.folder, { secrets: this.secrets, url: this.identityUrl });
  }

  /** The settings of a console that stands beside identity here. */
  get settings(): Record<string, string> {
    return {
      RECAPITO_PORT: String(this.#port),
      RECAPITO_CONSOLE_URL: this.consoleUrl,
      RECAPITO_TRUSTED_PROXIES: '127.0.0.1,::1',
      RECAPITO_OIDC_ISSUER: `${this.identityUrl}/oidc`,
      RECAPITO_SERVICES: `identity=${this.identityUrl},mailbox=http://127.0.0.1:1,migration=http://127.0.0.1:1,notification=http://127.0.0.1:1`,
    };
  }

  /** What identity says of its own HTTP doors. */
  async identityDocument(): Promise<unknown> {
    return await (await fetch(`http://127.0.0.1:${this.#identityManagement}/openapi.json`)).json();
  }

  /** One more process of the same console. */
  async openBeside(more: Record<string, string> = {}): Promise<RunningService> {
    return await this.open(august, { ...this.settings, RECAPITO_PORT: '0', ...more });
  }

  /** A console that people reach by an address of its own. @returns that address */
  async openAlone(more: Record<string, string>): Promise<{ readonly url: string }> {
    const port = String(await freePort());
    const url = `http://localhost:${port}`;
    await this.open(august, { ...this.settings, RECAPITO_PORT: port, RECAPITO_CONSOLE_URL: url, ...more });
    return { url };
  }

  /** Takes identity's life. */
  async killIdentity(): Promise<void> {
    await this.#identity?.kill();
  }

  /** A browser that has been sent to identity, and the page on which one signs in there. */
  async begun(browser: Browser, to = '/operatore', base = this.consoleUrl): Promise<Page> {
    const sent = await browser.open(`${base}/auth/sign-in?to=${encodeURIComponent(to)}`);
    return await browser.open(whereTo(sent)?.href ?? '');
  }

  /** What an operator types to sign in now. */
  async credentials(
    name: string,
  ): Promise<{ readonly name: string; readonly password: string; readonly code: string }> {
    const account = this.#accounts.find((each) => each.name === name);
    if (account === undefined) throw new Error(`nobody is called ${name}`);
    // A code is good once; for the spec none has been used.
    await this.inDatabase('UPDATE operator SET last_step = 0');
    return { name, password: account.password, code: codeOf(account, Date.now()).code };
  }

  /** Types what is asked for. @returns the address at the console to which identity then sends the browser */
  async typed(browser: Browser, page: Page, name = 'maria.prova'): Promise<string> {
    const credentials = await this.credentials(name);
    const end = await browser.open(page.url, { form: hidden(page, 'form'), ...credentials });
    const onward = whereTo(end)?.href;
    if (onward === undefined) throw new Error(`nobody signed in (${end.status}): ${end.text}`);
    return onward;
  }

  /** A browser in which somebody has signed in. */
  async signedIn(name = 'maria.prova', browser = new Browser()): Promise<Browser> {
    const onward = await this.typed(browser, await this.begun(browser), name);
    await browser.ask(onward);
    return browser;
  }

  /** Who has signed in, as a page of this browser is told. */
  async session(browser: Browser, base = this.consoleUrl): Promise<SessionView['person']> {
    const { text } = await browser.ask(`${base}/api/session`);
    return (JSON.parse(text) as SessionView).person;
  }

  /** Asks the console as a page of this browser does. */
  async ask(browser: Browser, method: string, path: string, headers: Record<string, string> = {}) {
    const { status, text } = await browser.ask(`${this.consoleUrl}${path}`, undefined, headers, method);
    return { status, type: text === '' ? undefined : (JSON.parse(text) as { type?: string }).type };
  }

  /** Every session is over at once, as after a restart of Redis. */
  async forgetSessions(): Promise<void> {
    const redis = new Redis(servers().redisUrl);
    const kinds = ['session', 'holder'].map((kind) => redis.keys(`${this.namespace}console:${kind}:*`));
    await redis.del('none', ...(await Promise.all(kinds)).flat());
    await redis.quit();
  }

  /** Asks as identity's database does not expect to be asked. @returns the rows */
  async inDatabase<Row>(sql: string): Promise<Row[]> {
    const client = new Client({ connectionString: this.#database?.migratorUrl });
    await client.connect();
    try {
      return (await client.query(sql)).rows as Row[];
    } finally {
      await client.end();
    }
  }

  override async end(): Promise<void> {
    await this.#identity?.cleanUp();
    await super.end();
    await this.#database?.drop();
  }

  /** From its bundle, as npm start does. */
  async #startIdentity(): Promise<void> {
    this.#database = await freshDatabase({ app: 'identity', migrate });
    await prepareFor('identity', this.namespace);
    const environment = {
      ...brokerSettings('identity'),
      RECAPITO_MODE: 'rehearsal',
      RECAPITO_PORT: String(this.#identityPort),
      RECAPITO_MANAGEMENT_PORT: String(this.#identityManagement),
      RECAPITO_DATABASE_URL: this.#database.url,
      RECAPITO_REDIS_URL: servers().redisUrl,
      RECAPITO_NAMESPACE: this.namespace,
      RECAPITO_FOLDER: this.folder,
      RECAPITO_SECRETS: this.secrets,
      RECAPITO_PROGRAMMES: join(root, 'programmes'),
      RECAPITO_CONSOLE_URL: this.consoleUrl,
      RECAPITO_OIDC_ISSUER: `${this.identityUrl}/oidc`,
      RECAPITO_ARGON2_MEMORY_KIB: '64',
      RECAPITO_ARGON2_PASSES: '1',
      RECAPITO_LOG_LEVEL: 'warn',
      UV_THREADPOOL_SIZE: '8',
    };
    this.#identity = childProcess(join(root, 'apps/identity/dist/main.js'), { environment });
  }
}
