import type { Instant } from '@recapito/primitives';
import type { Database } from '@recapito/database';
import type { KnownSources, SourceRate, Sources, SystemClock } from '@recapito/platform';
import type { LockPolicy } from '../domain/access.ts';
import type { Door } from '../domain/credential.ts';
import type { HashPool } from '../hashing/hash-pool.ts';
import type { LoginKey } from '../persistence/login.store.ts';
import type { PrismaClient } from '../persistence/tx.ts';
import type { IdentitySecrets } from '../secrets/identity-secrets.ts';

/** What trying a secret needs beside the database: it spends processor time, so no transaction is open meanwhile. */
export interface AccessParts {
  readonly database: Database<PrismaClient>;
  readonly hashes: HashPool;
  readonly secrets: IdentitySecrets;
  readonly policy: LockPolicy;
  readonly system: SystemClock;
  /** How fast one source may be wrong; what is right does not count. */
  readonly rate: SourceRate;
  readonly known: KnownSources;
  /** How long one attempt may wait, for its source and for its hash together. */
  readonly patienceMs: number;
}

/** Somebody shows a secret at a door. */
export interface Attempt {
  readonly key: LoginKey;
  /** The box that is to be opened belongs to this service; null at the portal, where the name alone decides. */
  readonly service: string | null;
  readonly secret: string;
  readonly door: Door;
  /** From where the client came to the door. */
  readonly sources: Sources;
  readonly at: Instant;
}
