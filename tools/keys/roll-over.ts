import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { newPair, pairs, privateHalfOf, readKeys, writeKeys, writeWhole } from '../bootstrap/key-pairs.mjs';
import type { Pair, PublicHalf } from '../bootstrap/key-pairs.mjs';
import { Refused } from '../command-line/index.ts';

/**
 * Gives an owner a new pair, and retires the one before, which services still believe until all that it signed is over. The
 * public half is written into every folder before the private one takes its place, so a token is never signed by a key that
 * another service does not know.
 * @param folders every service's folder of secrets; the owner's is the one that holds its private half
 * @throws Refused when there is no such pair, or none of the folders is the owner's
 */
export function rollOver(folders: readonly string[], { owner, purpose }: Pair, at: Date): PublicHalf {
  const pair = pairs.find((known) => known.owner === owner && known.purpose === purpose);
  if (pair === undefined) throw new Refused(`there is no pair "${owner} ${purpose}"; the pairs are ${named(pairs)}`);
  const homes = folders.filter((folder) => existsSync(join(folder, privateHalfOf(pair))));
  if (homes.length === 0) throw new Refused(`${privateHalfOf(pair)} is in none of the folders`);
  const { pem, key } = newPair(pair, at);
  for (const folder of folders) {
    const others = readKeys(folder).map((known) => (isSame(known, pair) ? retired(known, at) : known));
    writeKeys(folder, [...others.filter((known) => !isForgotten(known, at)), key]);
  }
  for (const home of homes) writeWhole(join(home, privateHalfOf(pair)), pem);
  return key;
}

/** Takes a public half out of every folder, for a key in foreign hands: what it signed is worth nothing from then on. */
export function revoke(folders: readonly string[], kid: string): void {
  const holding = folders.filter((folder) => readKeys(folder).some((known) => known.kid === kid));
  if (holding.length === 0) throw new Refused(`no folder knows the key ${kid}`);
  for (const folder of holding)
    writeKeys(
      folder,
      readKeys(folder).filter((known) => known.kid !== kid),
    );
}

function named(all: readonly Pair[]): string {
  return all.map(({ owner, purpose }) => `"${owner} ${purpose}"`).join(', ');
}

function isSame(known: PublicHalf, { owner, purpose }: Pair): boolean {
  return known.owner === owner && known.purpose === purpose;
}

function retired(known: PublicHalf, at: Date): PublicHalf {
  return known.retired === undefined ? { ...known, retired: at.toISOString() } : known;
}

const dayMs = 86_400_000;

function isForgotten({ retired }: PublicHalf, at: Date): boolean {
  return retired !== undefined && at.getTime() - Date.parse(retired) > dayMs;
}
