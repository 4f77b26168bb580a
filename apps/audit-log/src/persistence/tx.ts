import type { Tx as TxOf } from '@recapito/database';
import type { PrismaClient } from './generated/client.ts';

/** The transaction of a use case. */
export type Tx = TxOf<PrismaClient>;
