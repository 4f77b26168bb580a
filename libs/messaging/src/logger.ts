import type { Brokers } from './broker/brokers.ts';

/** Where messaging writes what it lives through. A pino logger is one. */
export interface MessagingLogger {
  debug(fields: object, words: string): void;
  info(fields: object, words: string): void;
  warn(fields: object, words: string): void;
  error(fields: object, words: string): void;
}

/** What every reader and writer of topics is told about itself. */
export interface ServiceConnection {
  /** The service's name, as `topics` in contracts spells its writers. */
  readonly service: string;
  readonly brokers: Brokers;
  /** Prefix of physical topics and groups; empty in a real installation. */
  readonly namespace: string;
  readonly logger: MessagingLogger;
  /** How long the broker may hold a fetch for which there is nothing, and so how long a stop may take. Default 1,000. */
  readonly fetchWaitMs?: number;
}

/**
 * Named instants at which a crash spec may kill the process. The product passes none; a probe that returns a promise
 * holds the work up until it settles.
 */
export type Probe<Point extends string> = (point: Point) => void | Promise<void>;

/** What one says of an error in a log or a row: its name and message, never its payload. */
export function words(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
