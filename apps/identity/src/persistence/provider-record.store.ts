import { createHash } from 'node:crypto';
import type { Database } from '@recapito/database';
import type { Prisma } from './generated/client.ts';
import type { PrismaClient, Tx } from './tx.ts';

/** What the provider keeps under one id. */
export interface ProviderRecord {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly consumedAt: Date | null;
}

/** What is kept besides the payload itself. */
export interface KeptWith {
  readonly grantId: string | null;
  readonly uid: string | null;
  readonly expiresAt: Date;
}

/** A session that an operator has at the provider. */
export interface ProviderSession {
  /** By what its tokens know it; whoever has it can use nothing of the session. */
  readonly uid: string;
  readonly since: Date;
  readonly until: Date;
}

/** The sessions of an account that have not expired, the latest first. */
export async function sessionsOf(tx: Tx, account: string): Promise<ProviderSession[]> {
  return await tx.$queryRaw<ProviderSession[]>`
    SELECT uid, to_timestamp((payload->>'loginTs')::float8) AS since, expires_at AS until FROM provider_record
    WHERE kind = 'Session' AND payload->>'accountId' = ${account} AND expires_at > clock_timestamp()
    ORDER BY since DESC, uid`;
}

/**
 * Ends sessions of an account, one or all of them, with every code and refresh token that was issued under them.
 * @param uid null for all
 * @returns how many
 * @rule OPERATOR-SESSIONS
 */
export async function endSessionsOf(tx: Tx, account: string, uid: string | null): Promise<number> {
  const grants = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT jsonb_path_query(payload, '$.authorizations.*.grantId')#>>'{}' AS id FROM provider_record
    WHERE kind = 'Session' AND payload->>'accountId' = ${account} AND (${uid}::text IS NULL OR uid = ${uid})
    ORDER BY id`;
  for (const { id } of grants) await endGrant(tx, id);
  return await tx.$executeRaw`
    DELETE FROM provider_record
    WHERE kind = 'Session' AND payload->>'accountId' = ${account} AND (${uid}::text IS NULL OR uid = ${uid})`;
}

/** By what a record is kept that browsers and clients know by this id. */
export function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/**
 * Removes a grant with whatever was issued under it. Whoever is issuing something under it at this moment is waited for, and
 * nothing can be issued afterwards.
 * @rule OIDC-USED-TWICE
 */
async function endGrant(tx: Tx, grantId: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM provider_record WHERE kind = 'Grant' AND id = ${keyOf(grantId)}`;
  await tx.$executeRaw`DELETE FROM provider_record WHERE grant_id = ${grantId}`;
}

/** The rows of the OpenID provider, each of a kind; ids are hashes. Times are of the system clock. */
export class ProviderRecords {
  readonly #database: Database<PrismaClient>;

  constructor(database: Database<PrismaClient>) {
    this.#database = database;
  }

  /** @returns false, with nothing kept, when it is issued under a grant that has ended */
  async save(kind: string, id: string, payload: object, more: KeptWith): Promise<boolean> {
    const { grantId } = more;
    const kept = { payload: payload as Prisma.InputJsonObject, ...more };
    const record = { where: { kind_id: { kind, id } }, create: { kind, id, ...kept }, update: kept };
    if (grantId === null) {
      await this.#database.client.providerRecord.upsert(record);
      return true;
    }
    return await this.#database.transaction(async (tx) => {
      const grants = await tx.$queryRaw<unknown[]>`
        SELECT FROM provider_record WHERE kind = 'Grant' AND id = ${keyOf(grantId)} FOR SHARE`;
      if (grants.length === 0) return false;
      await tx.providerRecord.upsert(record);
      return true;
    });
  }

  /** What is kept under an id and has not expired. */
  async find(kind: string, id: string): Promise<ProviderRecord | null> {
    const row = await this.#database.client.providerRecord.findUnique({ where: { kind_id: { kind, id } } });
    return asRecord(row);
  }

  async findByUid(kind: string, uid: string): Promise<ProviderRecord | null> {
    const row = await this.#database.client.providerRecord.findFirst({ where: { kind, uid } });
    return asRecord(row);
  }

  /** Uses up what may be used once. @returns false when it was used already, or is gone */
  async consume(kind: string, id: string): Promise<boolean> {
    const where = { kind, id, consumedAt: null };
    const { count } = await this.#database.client.providerRecord.updateMany({
      where,
      data: { consumedAt: new Date() },
    });
    return count === 1;
  }

  async remove(kind: string, id: string): Promise<void> {
    await this.#database.client.providerRecord.deleteMany({ where: { kind, id } });
  }

  /** Ends a grant with whatever was issued under it, and with what is being issued. */
  async removeGrant(grantId: string): Promise<void> {
    await this.#database.transaction((tx) => endGrant(tx, grantId));
  }

  /** Removes what has expired. @returns how many rows */
  async removeExpired(): Promise<number> {
    const { count } = await this.#database.client.providerRecord.deleteMany({
      where: { expiresAt: { lt: new Date() } },
    });
    return count;
  }
}

function asRecord(row: { payload: Prisma.JsonValue; consumedAt: Date | null; expiresAt: Date } | null) {
  if (row === null || row.expiresAt.getTime() <= Date.now()) return null;
  return { payload: row.payload as Record<string, unknown>, consumedAt: row.consumedAt };
}
