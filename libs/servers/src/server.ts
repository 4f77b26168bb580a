import type { Account } from './account.ts';

/** A server of the suite on the loopback: how it is laid down, started, asked whether it answers, and stopped. */
export interface Server {
  readonly name: string;
  /** The port by which it is known to be ours. */
  readonly port: number;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly account?: Account | undefined;
  /** What its clients need to reach it, by the names that the services and the specs read. */
  readonly environment: Readonly<Record<string, string>>;
  /** The polite request to stop, and how long it may take before it is killed. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopWithinMs: number;
  /** What the kernel sends it when its supervisor is gone. */
  readonly deathSignal: NodeJS.Signals;
  readonly readyWithinMs: number;
  /** Lays down configuration and data folder before a start; what is there already stays. */
  prepare(): Promise<void>;
  /** Speaks its protocol once; throws as long as it does not answer. */
  probe(): Promise<void>;
}

/** What every embedded server is made from. */
export interface Placement {
  /** The folder under which it keeps its data, in a folder of its own name. */
  readonly folder: string;
  readonly port: number;
  /** Whether a power cut may cost nothing. Killed processes cost nothing either way. */
  readonly durable: boolean;
  /** A folder of `npm run certificates`: the server speaks TLS with the certificate of its name. In the clear when absent. */
  readonly certificates?: string | undefined;
}
