import { tilePath, tilesOf } from './tiles.ts';

/** The files of an export, in the order of their listing: checkpoint, days, tiles. */
export function exportFiles(days: readonly string[], size: number): string[] {
  return ['checkpoint', ...days.map((day) => `entries/${day}.ndjson`), ...[...tilesOf(size)].map(tilePath)];
}
