import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { Logger } from '@nestjs/common';
import type { Finding } from './health/health.ts';

/** What a client believes and shows over TLS; PEM. */
export interface TlsTexts {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The same as options of `node:tls`, each of them read when a connection is made. */
export type TlsOptions = TlsTexts;

type Part = keyof TlsTexts;
const parts: readonly Part[] = ['ca', 'cert', 'key'];

/**
 * The authorities that a client believes, and the certificate that it shows, as its settings have them: a text, or a file that is
 * read again for each connection, so that a renewal needs no restart. Files that cannot be used leave what was read before;
 * then this is a finding.
 * @rule TLS-FILES
 */
export class FollowedTls {
  readonly #logger = new Logger('tls');
  readonly #files: Readonly<Partial<Record<Part, string>>>;
  #texts: TlsTexts;
  #fault: string | null = null;

  /**
   * @param texts as they were read at the start
   * @param files where they stand; one that is left out never changes
   */
  constructor(texts: TlsTexts, files: Readonly<Partial<Record<Part, string>>> = {}) {
    this.#texts = texts;
    this.#files = files;
  }

  /** What the files hold now, or held when they could be used. */
  get texts(): TlsTexts {
    try {
      const read = this.#read();
      if (parts.some((part) => read[part] !== this.#texts[part])) {
        makeSureUsable(read);
        this.#texts = read;
        this.#logger.log({
          event: 'tls-files-renewed',
          message: 'certificates of connections to others were reloaded',
        });
      }
      this.#fault = null;
    } catch (error) {
      this.#fail(error);
    }
    return this.#texts;
  }

  /** For a client that reads its options anew for each connection, without copying them first. */
  get options(): TlsOptions {
    const options = {};
    for (const part of parts)
      if (this.#texts[part] !== undefined)
        Object.defineProperty(options, part, { enumerable: true, get: () => this.texts[part] });
    return options;
  }

  /** Why the files cannot be used; null when they can. */
  get fault(): string | null {
    void this.texts;
    return this.#fault;
  }

  /** @throws Error when a file cannot be read; one of a pair may have been replaced alone so far */
  #read(): TlsTexts {
    const read = (part: Part) => {
      const file = this.#files[part];
      return file === undefined ? this.#texts[part] : readFileSync(file, 'utf8').trim();
    };
    return Object.fromEntries(
      parts.map((part) => [part, read(part)]).filter(([, text]) => text !== undefined),
    ) as TlsTexts;
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#fault !== reason)
      this.#logger.error({
        err: error,
        event: 'tls-files-failed',
        message: 'certificates of connections to others cannot be reloaded; those before stay in use',
      });
    this.#fault = reason;
  }
}

/** @throws Error when authorities are no certificates, or a key does not fit its certificate */
function makeSureUsable(texts: TlsTexts): void {
  // A context is made of anything that is given for authorities.
  if (texts.ca !== undefined) void new X509Certificate(texts.ca);
  createSecureContext(texts);
}

/** In which files the settings of a service stood, and what follows them. */
export class SettingFiles {
  readonly #followed: FollowedTls[] = [];

  /** @param paths by setting */
  constructor(private readonly paths: Readonly<Record<string, string>> = {}) {}

  /** Follows the files of these settings for as long as the service runs. */
  follow(texts: TlsTexts, settings: Readonly<Partial<Record<Part, string>>>): FollowedTls {
    const files = Object.entries(settings).flatMap(([part, setting]) => {
      const file = this.paths[setting];
      return file === undefined ? [] : [[part, file] as const];
    });
    const followed = new FollowedTls(texts, Object.fromEntries(files));
    this.#followed.push(followed);
    return followed;
  }

  /** Degraded while files of certificates cannot be used. */
  check(): Finding {
    const [reason] = this.#followed.flatMap(({ fault }) => fault ?? []);
    return reason === undefined ? { state: 'ok' } : { state: 'degraded', reason };
  }
}

/** Settings, with the files from which they were read. Settings that a spec made by hand have none. */
export interface FiledSettings {
  readonly settingFiles?: SettingFiles | undefined;
}

/**
 * What a client believes and shows by these settings; undefined when none of them was given.
 * @param settings the names of the settings: `{ ca: 'httpCa' }`
 */
export function tlsOf<Setting extends string>(
  config: FiledSettings & Readonly<Partial<Record<Setting, string | undefined>>>,
  settings: Readonly<Partial<Record<Part, Setting>>>,
): FollowedTls | undefined {
  const texts: TlsTexts = Object.fromEntries(
    Object.entries(settings).flatMap(([part, setting]) => {
      const text = config[setting];
      return text === undefined ? [] : [[part, text]];
    }),
  );
  if (Object.keys(texts).length === 0) return undefined;
  return (config.settingFiles ?? new SettingFiles()).follow(texts, settings);
}
