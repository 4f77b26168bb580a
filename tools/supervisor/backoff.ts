const firstMs = 100;
const longestMs = 10_000;

/** A service that was ready for so long is taken for sound again: its next death is a first one. */
export const soundAfterMs = 30_000;

/** How long to wait before a service is started again after so many deaths in a row (1 for the first): 100 ms doubled each time, 10 s at most. */
export function backoffMs(deathsInARow: number): number {
  return Math.min(firstMs * 2 ** (deathsInARow - 1), longestMs);
}
