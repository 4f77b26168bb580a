import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Turnstile } from './turnstile.ts';
import type { Visitor } from './turnstile.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const options = { inside: 4, places: 16, patienceMs: 10_000 };
const stranger = (source: string): Visitor => ({ source, known: false });
const known = (source: string): Visitor => ({ source, known: true });

/** Sends visitors to a turnstile and notes who got in, in that order. */
function entrance(turnstile: Turnstile) {
  const inside: Visitor[] = [];
  const busy: Visitor[] = [];
  return {
    inside,
    busy,
    come: (visitor: Visitor) =>
      void turnstile.enter(visitor).then((entry) => (entry === 'entered' ? inside : busy).push(visitor)),
    leave: async (visitor: Visitor) => {
      inside.splice(inside.indexOf(visitor), 1);
      turnstile.leave(visitor);
      await settled();
    },
  };
}

// @rule HASHING-FAIR
describe('a turnstile with four inside', () => {
  test('has two for strangers, so that a known source gets in at once while three hundred strangers wait', async () => {
    const door = entrance(new Turnstile(options));
    const flood = Array.from({ length: 300 }, () => stranger('203.0.113.1'));
    flood.forEach(door.come);
    await settled();
    expect(door.inside).toHaveLength(2);
    expect(door.busy).toHaveLength(294);
    const anna = known('192.0.2.1');
    door.come(anna);
    await settled();
    expect(door.inside).toContain(anna);
  });

  test('lets another stranger wait and come before those of the source that is inside already', async () => {
    const door = entrance(new Turnstile(options));
    for (let nth = 0; nth < 10; nth += 1) door.come(stranger('203.0.113.1'));
    const mario = stranger('198.51.100.1');
    door.come(mario);
    await settled();
    const [first] = door.inside;
    if (first === undefined) throw new Error('nobody is inside');
    await door.leave(first);
    expect(door.inside).toContain(mario);
  });

  test('is all for one known source while nobody else is there', async () => {
    const door = entrance(new Turnstile(options));
    for (let nth = 0; nth < 8; nth += 1) door.come(known('192.0.2.1'));
    await settled();
    expect(door.inside).toHaveLength(4);
    expect(door.busy).toEqual([]);
  });

  test('however visitors come and go, strangers never have more than two, and nobody is let in twice or forgotten', async () => {
    const steps = fc.array(fc.record({ source: fc.nat(5), known: fc.boolean(), leaves: fc.boolean() }), {
      maxLength: 80,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const turnstile = new Turnstile(options);
        const door = entrance(turnstile);
        for (const { source, known: isKnown, leaves } of sequence) {
          const [first] = door.inside;
          if (leaves && first !== undefined) await door.leave(first);
          else door.come({ source: `s${source}`, known: isKnown });
          await settled();
          expect(door.inside.filter((visitor) => !visitor.known).length).toBeLessThanOrEqual(2);
          expect(turnstile.inside).toBe(door.inside.length);
          expect(turnstile.waiting).toBeLessThanOrEqual(16);
        }
        for (let [first] = door.inside; first !== undefined; [first] = door.inside) await door.leave(first);
        expect({ inside: turnstile.inside, waiting: turnstile.waiting }).toEqual({ inside: 0, waiting: 0 });
      }),
    );
  });
});
