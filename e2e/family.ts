import { readdirSync, readFileSync } from 'node:fs';
import { identify, isAlive } from '@recapito/servers';
import type { ProcessIdentity } from '@recapito/servers';

/** These processes and all that descend from them, as the kernel knows them now. */
export function familyOf(pids: readonly number[]): ProcessIdentity[] {
  const childrenOf = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined;
    if (parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(name)]);
  }
  const family = new Set(pids);
  for (const pid of family) for (const child of childrenOf.get(pid) ?? []) family.add(child);
  return [...family].flatMap((pid) => identify(pid) ?? []);
}

/** Those that still run. */
export function alive(family: readonly ProcessIdentity[]): ProcessIdentity[] {
  return family.filter(isAlive);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
