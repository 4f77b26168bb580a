export type Purpose = 'service' | 'citizen-sessions' | 'provider';

export interface Pair {
  readonly owner: string;
  readonly purpose: Purpose;
}

/** A public half as it stands in keys.json. */
export interface PublicHalf extends Pair {
  readonly kid: string;
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  /** Of a key on a curve with two coordinates, as P-256. */
  readonly y?: string;
  readonly alg: string;
  readonly use: string;
  /** When the pair was made, RFC 3339 in UTC. */
  readonly made: string;
  /** When another pair took its place. */
  readonly retired?: string;
}

export declare const owners: readonly string[];
export declare const pairs: readonly Pair[];
export declare const publicHalves: string;
export declare function privateHalfOf(pair: Pair): string;
export declare function newPair(pair: Pair, made?: Date): { readonly pem: string; readonly key: PublicHalf };
export declare function publicHalf(
  pem: string,
  more: Omit<PublicHalf, 'kid' | 'kty' | 'crv' | 'x' | 'y' | 'alg' | 'use'>,
): PublicHalf;
export declare function readKeys(folder: string): readonly PublicHalf[];
export declare function writeKeys(folder: string, keys: readonly PublicHalf[]): void;
export declare function writeWhole(path: string, content: string): void;
