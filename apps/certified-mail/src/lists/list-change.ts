import { refuse } from '@recapito/primitives';
import type { Refusal, Words } from '@recapito/primitives';

/** How a list may change from one reading to the next. */
export interface AllowedChange {
  /** The share of what stood in it that may be gone: 0.1 is a tenth. */
  readonly lossShare: number;
  /** An operator has seen what is gone and says that it is right. */
  readonly acceptLoss: boolean;
}

/**
 * A list that has suddenly lost much of what stood in it is rather cut than right, and whoever is missing would be
 * refused his mail. Null when it may take the other's place.
 * Refusal: `list/loss`, details `before`, `lost`.
 *
 * @param what how the list is called, for people
 * @rule LIST-LOSS
 */
export function judgeLoss(
  before: ReadonlySet<string>,
  next: ReadonlySet<string>,
  { lossShare, acceptLoss }: AllowedChange,
  what: Words,
): Refusal<'list/loss'> | null {
  const lost = [...before].filter((each) => !next.has(each)).length;
  if (acceptLoss || lost <= before.size * lossShare) return null;
  const words = {
    it: `${what.it}: ne mancano ${lost} dei ${before.size} di prima. Se è giusto così, lo confermi un operatore.`,
    en: `${what.en}: ${lost} of the ${before.size} that were there are gone. If that is right, an operator has to say so.`,
  };
  return refuse('list/loss', 'LIST-LOSS', words, { before: before.size, lost });
}
