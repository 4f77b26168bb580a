import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseConfig, start } from '@recapito/platform';
import type { RunningService } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { brokerSettings, namespace, prepareFor, secretsFolder, servers, Voices } from '@recapito/testing';
import type { LiveDocument } from '../src/application/live-document.ts';
import { consoleConfig } from '../src/config.ts';
import { consoleService } from '../src/service.ts';

/** What the console of these specs gives to browsers. */
export const page = '<!doctype html><title>Recapito</title><script type="module" src="/assets/index-4f2a.js"></script>';

/** A console on topics of its own, with a small application. It has no database, as every console. */
export class ConsoleStage {
  readonly namespace = namespace();
  readonly voices = new Voices(this.namespace);
  readonly secrets = secretsFolder();
  readonly folder = mkdtempSync(join(tmpdir(), 'recapito-console-'));
  readonly #ended = new AbortController();
  readonly #running = new Set<RunningService>();
  #url = '';

  constructor() {
    const assets = join(this.folder, 'web', 'assets');
    mkdirSync(assets, { recursive: true });
    writeFileSync(join(this.folder, 'web', 'index.html'), page);
    const script = 'globalThis.shown = true;\n';
    writeFileSync(join(assets, 'index-4f2a.js'), script);
    writeFileSync(join(assets, 'index-4f2a.js.gz'), gzipSync(script));
  }

  /** Where the console that was started last listens. */
  get url(): string {
    return this.#url;
  }

  /** The console as these settings describe it. */
  described(more: Record<string, string> = {}) {
    const reading = parseConfig(consoleConfig, {
      RECAPITO_MODE: 'rehearsal',
      RECAPITO_PORT: '0',
      RECAPITO_MANAGEMENT_PORT: '0',
      ...brokerSettings('console'),
      RECAPITO_KAFKA_FETCH_WAIT_MS: '100',
      RECAPITO_REDIS_URL: servers().redisUrl,
      RECAPITO_NAMESPACE: this.namespace,
      RECAPITO_FOLDER: this.folder,
      RECAPITO_SECRETS: this.secrets,
      RECAPITO_PROGRAMMES: new URL('../../../programmes', import.meta.url).pathname,
      RECAPITO_WEB: join(this.folder, 'web'),
      RECAPITO_CONSOLE_URL: 'http://localhost:4000',
      RECAPITO_OIDC_ISSUER: 'http://localhost:1/oidc',
      RECAPITO_LOG_LEVEL: 'silent',
      ...more,
    });
    if ('faults' in reading) throw new Error(reading.faults);
    return consoleService(reading.config);
  }

  /** Starts the console at an instant of the suite, and resolves when it is ready. */
  async open(at: Instant, more: Record<string, string> = {}): Promise<RunningService> {
    await prepareFor('console', this.namespace);
    const running = await start(this.described(more));
    this.#running.add(running);
    this.#url = running.url;
    await this.voices.setClock(at);
    await running.ready;
    return running;
  }

  /** Starts a console as production has it, between parts that something else protects. @returns where it listens */
  async openProduction(): Promise<string> {
    await prepareFor('console', this.namespace);
    for (const file of readdirSync(this.secrets))
      if (!['keys.json', 'console.service.key'].includes(file)) rmSync(join(this.secrets, file));
    const protectedBy = ['KAFKA', 'HTTP', 'REDIS'].map((way) => [`RECAPITO_${way}_PROTECTED_BY`, 'mesh']);
    const running = await start(
      this.described({
        RECAPITO_MODE: 'production',
        RECAPITO_CONSOLE_URL: 'https://console.example',
        RECAPITO_OIDC_ISSUER: 'https://identity.example/oidc',
        ...Object.fromEntries(protectedBy),
      }),
    );
    this.#running.add(running);
    await running.ready;
    return running.url;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.#url}${path}`, { headers, signal: this.#ended.signal });
  }

  /** Follows the live stream until it shows what is waited for. */
  async shown(wanted: (document: LiveDocument) => boolean): Promise<LiveDocument> {
    const { body } = await this.get('/api/live');
    if (body === null) throw new Error('the stream has no body');
    let text = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (\{.*)$/m.exec(event)?.[1];
        const document = data === undefined ? undefined : (JSON.parse(data) as LiveDocument);
        if (document !== undefined && wanted(document)) return document;
      }
    }
    throw new Error('the stream ended');
  }

  /** Stops every console. @returns whether they stopped within their time */
  async stop(): Promise<boolean> {
    const stopped = await Promise.all([...this.#running].map((running) => running.stop()));
    this.#running.clear();
    return stopped.every(Boolean);
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.stop();
    await this.voices.close();
    for (const folder of [this.secrets, this.folder]) rmSync(folder, { recursive: true, force: true });
  }
}
