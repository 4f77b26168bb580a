import { jest } from '@jest/globals';
import { eventually as waitFor } from '@recapito/testing';

// A broker takes its time to give a group's partitions to a new member, and longer on a machine that is busy.
jest.setTimeout(120_000);

/** Waits for a fact as `eventually` of libs/testing does, for half a minute unless a spec says that it must come sooner. */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  options: { withinMs?: number } = {},
): Promise<Exclude<T, false>> {
  return waitFor(probe, { withinMs: 30_000, ...options });
}
