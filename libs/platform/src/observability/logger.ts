import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { withoutPersons, withoutSecrets } from './redaction.ts';
import { currentTraceId } from './trace.ts';

/** A structured logger: fields first, then the sentence. */
export type Logger = PinoLogger;

/**
 * The service's logger: one JSON object a line on standard output, with the trace of the work in hand, and with
 * secrets and personal data struck out of fields, messages and stacks.
 */
export function serviceLogger(service: string, level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      messageKey: 'message',
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
      mixin: () => {
        const trace = currentTraceId();
        return trace === undefined ? {} : { trace };
      },
      hooks: { streamWrite: withoutPersons },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** Nest's own words, and those of `new Logger(Name.name)` in an app, in the service's log. */
export class NestLogger implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown, ...more: unknown[]): void {
    this.#write('info', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.#write('error', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.#write('warn', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.#write('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.#write('debug', message, more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.#write('fatal', message, more);
  }

  /** Nest puts the context last, and a stack before it. Its announcements of every route are only worth debugging. */
  #write(level: 'debug' | 'info' | 'warn' | 'error' | 'fatal', message: unknown, more: readonly unknown[]): void {
    const context = more.at(-1);
    const stack = more.length > 1 ? more[0] : undefined;
    const quiet = level === 'info' && typeof context === 'string' && nestOwn.has(context) ? 'debug' : level;
    if (message instanceof Error) this.#logger[quiet]({ err: message, context }, message.message);
    else if (typeof message === 'object' && message !== null) this.#logger[quiet]({ ...message, context });
    else this.#logger[quiet]({ context, ...(stack !== undefined && { stack }) }, String(message));
  }
}

const nestOwn = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'NestMicroservice',
]);
