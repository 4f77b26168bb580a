import { describe, expect, test } from '@jest/globals';
import { instant, parseInstant } from '@recapito/primitives';
import { shownBy, SuiteClock } from './suite-clock.ts';

const opening = parseInstant('2010-08-02T07:00:00Z');
const since = parseInstant('2026-11-22T10:00:00Z');
const longBefore = instant(0);

describe('a setting of the suite clock', () => {
  test('at rate 0 stands still', () => {
    const later = parseInstant('2026-11-22T18:00:00Z');
    expect(shownBy({ instant: opening, rate: 0, since }, later, longBefore)).toBe(opening);
  });

  test('at rate 1 goes as the system clock does from the instant it was set at', () => {
    const later = parseInstant('2026-11-22T10:00:02.500Z');
    expect(shownBy({ instant: opening, rate: 1, since }, later, longBefore)).toBe(
      parseInstant('2010-08-02T07:00:02.500Z'),
    );
  });

  test('shows its instant to a machine whose clock is behind the driver’s', () => {
    const behind = parseInstant('2026-11-22T09:59:59Z');
    expect(shownBy({ instant: opening, rate: 1, since }, behind, longBefore)).toBe(opening);
  });

  test('never shows less than was shown before', () => {
    const shown = parseInstant('2010-09-15T22:00:00Z');
    expect(shownBy({ instant: opening, rate: 0, since }, since, shown)).toBe(shown);
  });
});

describe('the clock of a rehearsal', () => {
  test('shows nothing before it has been read to its end', () => {
    const clock = new SuiteClock('rehearsal');
    expect(clock.reading()).toBeNull();
    expect(() => clock.now()).toThrow('has not been read');
    expect(clock.check().state).toBe('down');
  });

  test('is ready when it was read to its end and was set, in either order', async () => {
    for (const order of [
      ['set', 'end'],
      ['end', 'set'],
    ]) {
      const clock = new SuiteClock('rehearsal');
      let ready = false;
      const waiting = clock.ready().then(() => (ready = true));
      for (const step of order) {
        await Promise.resolve();
        expect(ready).toBe(false);
        if (step === 'set') clock.set({ instant: opening, rate: 0, since });
        else clock.caughtUp();
      }
      await waiting;
      expect(clock.now()).toBe(opening);
    }
  });

  test('is degraded when nobody has heard from its topic for more than thirty seconds', () => {
    const clock = new SuiteClock('rehearsal');
    let ageMs = 30_000;
    clock.follow({ ageMs: () => ageMs, stop: () => Promise.resolve() });
    clock.set({ instant: opening, rate: 0, since });
    expect(clock.check()).toMatchObject({ state: 'ok', instant: '2010-08-02T07:00:00.000Z', rate: 0 });
    ageMs = 30_001;
    expect(clock.check()).toMatchObject({ state: 'degraded', ageMs: 30_001 });
  });
});

describe('the clock of production', () => {
  test('is the system clock, at once', async () => {
    const clock = new SuiteClock('production');
    await clock.ready();
    const before = Date.now();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(clock.now()).toBeLessThanOrEqual(Date.now());
  });
});
