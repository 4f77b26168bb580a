import { describe, expect, test } from '@jest/globals';
import {
  childTraceparent,
  correlated,
  correlation,
  currentTraceparent,
  newTraceparent,
  traceId,
} from './correlation.ts';

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

describe('a correlation', () => {
  test('keeps the trace and its flags from cause to effect, with a new span each time', () => {
    const child = childTraceparent(parent);
    expect(child).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    expect(child).not.toBe(parent);
    expect(traceId(child)).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  test.each([
    undefined,
    '',
    'junk',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  ])('begins anew when its cause names none: %s', (malformed) => {
    const one = childTraceparent(malformed);
    expect(one).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceId(one)).not.toBe(traceId(childTraceparent(malformed)));
    expect(traceId(one)).not.toBe('0af7651916cd43dd8448eb211c80319c');
  });

  test('is that of the work at hand, across what it awaits, and none outside', async () => {
    const seen = await correlated(parent, async () => {
      await Promise.resolve();
      return [currentTraceparent(), currentTraceparent()];
    });
    expect(seen[0]).toBe(seen[1]);
    expect(traceId(seen[0] ?? '')).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(correlation.getStore()).toBeUndefined();
    expect(newTraceparent()).not.toBe(newTraceparent());
  });
});
