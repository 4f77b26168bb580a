import type { Tx as TransactionOf } from '@recapito/database';
import type { PrismaClient } from './generated/client.ts';

/** The transaction in which every use case of migration works. */
export type Tx = TransactionOf<PrismaClient>;
