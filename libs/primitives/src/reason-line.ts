import type { Refusal } from './refusal.ts';

/**
 * A refusal as a mail client gets it: one line of printable ASCII without quotes or backslashes, in Italian, with the
 * rule's id at its end. Accents are written as Italian typewriters had them (`e'`).
 * @rule GATE-REASON
 */
export function reasonLine({ words, rule }: Pick<Refusal, 'words' | 'rule'>): string {
  const ascii = words.it
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/[«»“”"\\]/g, '')
    .normalize('NFD')
    .replaceAll(/[\u0300\u0301]/g, "'")
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^\x20-\x7e]/g, '')
    .trim();
  return `${ascii} (${rule})`;
}
