import type { KnownSources, Logger } from '@recapito/platform';
import type { SMTPServerOptions } from 'smtp-server';
import type { DoorCredentials } from './door-credential.ts';

export interface DoorOptions extends Pick<SMTPServerOptions, 'cert' | 'key' | 'secure' | 'size'> {
  readonly name: string;
  /** In the place of `cert` and `key`: those of the installation and of its providers, as they are renewed. */
  readonly credentials?: DoorCredentials;
  /** What it greets with. */
  readonly hostName: string;
  readonly host: string;
  readonly port: number;
  /** Clients at a time, shared by source. */
  readonly maxClients: number;
  /** How long a client may be silent, or say what leads to no message. */
  readonly idleMs: number;
  /** How long a session may be in all. */
  readonly sessionMs: number;
  /** How many commands of a session may lead to no message. */
  readonly mostCommands: number;
  /** Sources that succeeded before: a share of the places is kept for them. */
  readonly known: KnownSources;
  readonly turnedAway: { inc(labels: { door: string; why: string }): void };
  /** Whether it offers 8BITMIME (RFC 6152) and takes its parameter. */
  readonly offersEightBitMime: boolean;
  readonly logger: Logger;
  readonly replies: { inc(labels: { door: string; command: string; code: number }): void };
}
