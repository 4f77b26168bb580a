import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal of an act and its command. The order of an object's members does not count. */
export function fingerprintOf(act: string, command: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([act, command], inOrder))
    .digest('hex');
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
