import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';

/** Keys are asked for again after this long, so that a retired one is forgotten. */
const freshMs = 5 * 60_000;
/** Without an answer the keys that are known are believed for this long. */
const keptMs = 60 * 60_000;
/** Between two questions, so that tokens with invented key ids lead to none. */
const pauseMs = 10_000;

const keySet = z.object({
  keys: z.array(
    z.looseObject({ kid: z.string(), kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
  ),
});

/** Finds the public key of the provider that has an id; undefined when it has none of that id, or none is known. */
export type FindProviderKey = (kid: string) => Promise<KeyObject | undefined>;

/**
 * The public keys of the OpenID provider, as its JWKS tells them: asked for every five minutes and when a new id comes, and
 * believed for an hour while it does not answer.
 * @rule ACCESS-TOKEN-KEYS
 */
export class ProviderKeys {
  readonly #ask: () => Promise<unknown>;
  readonly #nowMs: () => number;
  #known: { readonly keys: ReadonlyMap<string, KeyObject>; readonly atMs: number } | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  /** @param ask gets the JWKS, or throws */
  constructor(ask: () => Promise<unknown>, nowMs: () => number = Date.now) {
    this.#ask = ask;
    this.#nowMs = nowMs;
  }

  async find(kid: string): Promise<KeyObject | undefined> {
    const known = this.#known;
    const isFresh = known !== undefined && this.#nowMs() - known.atMs < freshMs;
    if (!isFresh || !known.keys.has(kid)) await this.#renew();
    const { keys, atMs } = this.#known ?? { keys: new Map<string, KeyObject>(), atMs: 0 };
    return this.#nowMs() - atMs < keptMs ? keys.get(kid) : undefined;
  }

  async #renew(): Promise<void> {
    if (this.#asking === undefined && this.#nowMs() - this.#askedMs < pauseMs) return;
    this.#asking ??= this.#fetch().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  async #fetch(): Promise<void> {
    this.#askedMs = this.#nowMs();
    try {
      const { keys } = keySet.parse(await this.#ask());
      const atMs = this.#nowMs();
      this.#known = { atMs, keys: new Map(keys.map((half) => [half.kid, publicKey(half)])) };
    } catch {
      // What is known stays: the age of it decides.
    }
  }
}

function publicKey({ kty, crv, x, y }: { kty: string; crv: string; x: string; y: string }): KeyObject {
  return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
}
