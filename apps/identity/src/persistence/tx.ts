import type { PrismaClient } from './generated/client.ts';
import type { Tx as TxOf } from '@recapito/database';

export type { PrismaClient };
/** The transaction of a use case. */
export type Tx = TxOf<PrismaClient>;
