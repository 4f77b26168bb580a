import { describe, expect, test } from '@jest/globals';
import { heldState } from './holding.ts';

describe('the box that a holder has of a service', () => {
  test('is the one that still lives, however many have gone before', () => {
    const boxes = [
      { service: 'cec-pac', state: 'withdrawn' },
      { service: 'cec-pac', state: 'reserved' },
      { service: 'inps-trial', state: 'active' },
    ] as const;
    expect(heldState(boxes, 'cec-pac')).toBe('reserved');
    expect(heldState(boxes, 'inps-trial')).toBe('active');
    expect(heldState(boxes, 'ingpec')).toBeNull();
  });

  test.each(['expired', 'closed', 'withdrawn', 'deleted'] as const)('is none when it is %s', (state) => {
    expect(heldState([{ service: 'cec-pac', state }], 'cec-pac')).toBeNull();
  });

  test.each(['requested', 'reserved', 'active', 'suspended', 'receive-only', 'read-only'] as const)(
    'is held while it is %s',
    (state) => {
      expect(heldState([{ service: 'cec-pac', state }], 'cec-pac')).toBe(state);
    },
  );
});
