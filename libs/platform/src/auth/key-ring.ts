import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { z } from 'zod';
import { readSecret, secretVersion } from './key-files.ts';

/**
 * What a pair signs: the tokens that its service (or the console) shows to others, the sessions of citizens, or what
 * identity issues as OpenID provider.
 */
export type KeyPurpose = 'service' | 'citizen-sessions' | 'provider';

const word = z.string().min(1);
const kept = {
  kid: word,
  owner: word,
  made: z.iso.datetime(),
  retired: z.iso.datetime().optional(),
};

const publicHalf = z.discriminatedUnion('kty', [
  z.looseObject({
    ...kept,
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: word,
    purpose: z.enum(['service', 'citizen-sessions']),
  }),
  z.looseObject({
    ...kept,
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: word,
    y: word,
    purpose: z.literal('provider'),
  }),
]);

const keySet = z.object({ keys: z.array(publicHalf) });

/** A public half, and whose it is. */
export interface KnownKey {
  readonly kid: string;
  readonly owner: string;
  readonly purpose: KeyPurpose;
  readonly key: KeyObject;
  readonly madeMs: number;
  readonly retiredMs: number | null;
}

/** After a roll-over the old key is believed until everything that it signed is over, and the clocks' difference. */
const graceMs: Readonly<Record<KeyPurpose, number>> = {
  service: 5 * 60_000,
  'citizen-sessions': 20 * 60_000,
  provider: 20 * 60_000,
};

const publicHalves = 'keys.json';

/**
 * The key pairs of the installation as one service sees them: its own private halves, each in a file, and everybody's public
 * halves in `keys.json`, a JSON Web Key Set. Both are read again when they change, so a roll-over needs no restart.
 * @rule AUTH-OWN-KEY AUTH-KEY-RETIRED
 */
export class KeyRing {
  readonly #folder: string;
  readonly #service: string;
  readonly #nowMs: () => number;
  #known: { readonly version: string | undefined; readonly keys: ReadonlyMap<string, KnownKey> } | undefined;
  readonly #own = new Map<
    KeyPurpose,
    { readonly version?: string | undefined; readonly kid: string; readonly key: KeyObject }
  >();

  /** @throws Error when a file is missing, is not what it should be, or when others than its owner may read it. */
  constructor(folder: string, service: string, nowMs: () => number = Date.now) {
    this.#folder = folder;
    this.#service = service;
    this.#nowMs = nowMs;
    this.#keys();
  }

  /** The key with which this service signs. @throws Error when it has none of that purpose, or keys.json does not hold it */
  signing(purpose: KeyPurpose): { readonly kid: string; readonly key: KeyObject } {
    const file = `${this.#service}.${purpose}.key`;
    const version = secretVersion(this.#folder, file);
    const held = this.#own.get(purpose);
    if (held !== undefined && held.version === version) return held;
    const key = createPrivateKey(readSecret(this.#folder, file));
    const half = createPublicKey(key);
    const own = this.known().find(
      (known) => known.owner === this.#service && known.purpose === purpose && known.key.equals(half),
    );
    if (own === undefined) throw new Error(`${publicHalves} does not hold the public half of ${file}`);
    const found = { version, kid: own.kid, key };
    this.#own.set(purpose, found);
    return found;
  }

  /** The public half behind a key id, when it signs for that purpose and has not been retired for longer than its grace. */
  verifying(kid: string | undefined, purpose: KeyPurpose): KnownKey | undefined {
    const known = kid === undefined ? undefined : this.#keys().get(kid);
    if (known?.purpose !== purpose) return undefined;
    return known.retiredMs !== null && this.#nowMs() > known.retiredMs + graceMs[purpose] ? undefined : known;
  }

  /** The public halves of an owner that are believed now, the one in use first. */
  believed(owner: string, purpose: KeyPurpose): readonly KnownKey[] {
    const own = this.known().filter((known) => known.owner === owner && this.verifying(known.kid, purpose) === known);
    return own.toSorted((one, other) => Number(one.retiredMs !== null) - Number(other.retiredMs !== null));
  }

  /** Every public half that is known now. */
  known(): readonly KnownKey[] {
    return [...this.#keys().values()];
  }

  /** Private halves in the folder that are other services': in production each has a folder of its own. */
  foreignFiles(): readonly string[] {
    const pairs = readdirSync(this.#folder).filter((file) =>
      /^[a-z-]+\.(?:service|citizen-sessions|provider)\.key$/.test(file),
    );
    return pairs.filter((file) => !file.startsWith(`${this.#service}.`)).sort();
  }

  #keys(): ReadonlyMap<string, KnownKey> {
    const version = secretVersion(this.#folder, publicHalves);
    if (this.#known === undefined || this.#known.version !== version) this.#known = { version, keys: this.#read() };
    return this.#known.keys;
  }

  #read(): ReadonlyMap<string, KnownKey> {
    const reading = keySet.safeParse(JSON.parse(readSecret(this.#folder, publicHalves)));
    if (!reading.success) throw new Error(`${publicHalves}: ${z.prettifyError(reading.error)}`);
    return new Map(
      reading.data.keys.map((half) => {
        const { kid, kty, crv, x, owner, purpose, made, retired } = half;
        const key = createPublicKey({
          key: kty === 'EC' ? { kty, crv, x, y: half.y } : { kty, crv, x },
          format: 'jwk',
        });
        const retiredMs = retired === undefined ? null : Date.parse(retired);
        return [kid, { kid, owner, purpose, key, madeMs: Date.parse(made), retiredMs }];
      }),
    );
  }
}
