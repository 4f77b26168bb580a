import { createHash } from 'node:crypto';

/**
 * A MIME boundary that the content cannot hold: it is made from the content's own SHA-256, so nobody can write it into
 * a message beforehand and break out of the part he is in. The same content gives the same boundary.
 */
export function boundaryFor(role: 'alternative' | 'mixed' | 'signed', ...content: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(role);
  for (const piece of content) hash.update(piece);
  return `=_${role}_${hash.digest('hex').slice(0, 40)}`;
}
