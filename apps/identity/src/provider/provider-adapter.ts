import { errors } from 'oidc-provider';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { keyOf } from '../persistence/provider-record.store.ts';
import type { ProviderRecord, ProviderRecords } from '../persistence/provider-record.store.ts';

/** Clients are configured; nobody registers one. */
const kindOfClients = 'Client';

/**
 * Keeps one kind of the provider's records. What browsers and clients show (session, code, refresh token) is kept by its
 * SHA-256 alone. A code or refresh token that is used twice, at once or one after the other, ends all that was issued under
 * its grant.
 * @rule OIDC-KEPT OIDC-USED-TWICE
 */
export class ProviderAdapter implements Adapter {
  readonly #kind: string;
  readonly #records: ProviderRecords;

  constructor(kind: string, records: ProviderRecords) {
    this.#kind = kind;
    this.#records = records;
  }

  /** @throws InvalidGrant when it is issued under a grant that has ended meanwhile */
  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    if (expiresIn === undefined) throw new Error(`a ${this.#kind} of the provider has no end`);
    const { jti: _, ...kept } = payload;
    const isKept = await this.#records.save(this.#kind, keyOf(id), kept, {
      grantId: payload.grantId ?? null,
      uid: payload.uid ?? null,
      expiresAt: new Date(Date.now() + expiresIn * 1_000),
    });
    if (!isKept) throw new errors.InvalidGrant('the grant has ended');
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.#kind === kindOfClients) return undefined;
    const record = await this.#records.find(this.#kind, keyOf(id));
    return record === null ? undefined : { ...asPayload(record), jti: id };
  }

  /** A session by the id that its tokens know; its own id, which the browser shows, is not told. */
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const record = await this.#records.findByUid(this.#kind, uid);
    return record === null ? undefined : asPayload(record);
  }

  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** @throws InvalidGrant when it was used by somebody else between the look and this */
  async consume(id: string): Promise<void> {
    if (await this.#records.consume(this.#kind, keyOf(id))) return;
    const record = await this.#records.find(this.#kind, keyOf(id));
    const grant = record?.payload['grantId'];
    if (typeof grant === 'string') await this.#records.removeGrant(grant);
    throw new errors.InvalidGrant('used twice');
  }

  async destroy(id: string): Promise<void> {
    await this.#records.remove(this.#kind, keyOf(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#records.removeGrant(grantId);
  }
}

function asPayload({ payload, consumedAt }: ProviderRecord): AdapterPayload {
  const consumed = consumedAt === null ? {} : { consumed: Math.floor(consumedAt.getTime() / 1_000) };
  return { ...payload, ...consumed };
}
