import { describe, expect, test } from '@jest/globals';
import { refuse } from '@recapito/primitives';
import { answer } from './answer.ts';
import { Problem } from './problem.ts';

const words = { it: 'No.', en: 'No.' };

function statusOfThrown(work: () => unknown): number | null {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error.status;
    throw error;
  }
  return null;
}

describe('the end of a controller', () => {
  test('gives the value back', () => {
    expect(answer({ parcel: 7 }, () => 404)).toEqual({ parcel: 7 });
  });

  test('makes a refusal a problem with the status that its table says', () => {
    const refusal = refuse('parcel/unknown', 'A-RULE', words);
    expect(
      statusOfThrown(() => answer(refusal, (code: 'parcel/unknown') => (code === 'parcel/unknown' ? 404 : 409))),
    ).toBe(404);
  });

  test('answers 409 for a key that was used for another body, without asking the table', () => {
    const refusal = refuse('idempotency-key/reused', 'HTTP-IDEMPOTENCY-KEY', words);
    expect(statusOfThrown(() => answer(refusal, () => 500))).toBe(409);
  });
});
