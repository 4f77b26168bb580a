import type { Exit } from './child.ts';

/** A server that was started and is ours, as a child of this process or in a container. */
export interface Running {
  readonly name: string;
  /** What its clients need to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Undefined in a container, whose processes are the engine's. */
  readonly pid: number | undefined;
  /** Ends it for good. */
  stop(): Promise<void>;
  /** Sends the signal and, when the signal ends it, resolves with how it ended. It stays down until `restart`. */
  kill(signal: NodeJS.Signals): Promise<Exit>;
  /** Stops it when it runs, and starts it with the same data, empty where that is gone, on the same port. */
  restart(): Promise<void>;
}
