import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { SourcePlaces, sharedPlaces } from './source-places.ts';
import { sourcesOf } from './source.ts';
import type { Sources } from './source.ts';

const friends = new Set(['192.0.2.1', '192.0.2.2']);
const known = ([source]: Sources) => friends.has(source);
const spared = (guest: string) => guest.startsWith('busy');
const door = () => new SourcePlaces<string>({ all: 20, perSource: 4, kept: 5, known, spared });
const from = (address: string) => sourcesOf(address);

// @rule SOURCE-PLACES
describe('the places of a door', () => {
  test('one stranger gets four of twenty: the fifth takes the place of its own oldest that does nothing', () => {
    const places = door();
    const got = Array.from({ length: 6 }, (_, nth) => places.enter(`a${nth}`, from('203.0.113.1')));
    expect(got).toEqual(['entered', 'entered', 'entered', 'entered', { instead: 'a0' }, { instead: 'a1' }]);
    expect(places.enter('b', from('203.0.113.2'))).toBe('entered');
  });

  test('one stranger whose four are all at work gets no fifth', () => {
    const places = door();
    for (let nth = 0; nth < 4; nth += 1) places.enter(`busy${nth}`, from('203.0.113.1'));
    expect(places.enter('a', from('203.0.113.1'))).toBe('no-place');
    expect(places.enter('b', from('203.0.113.2'))).toBe('entered');
  });

  test('many strangers get fifteen; the sixteenth takes the place of the oldest of the source that has most', () => {
    const places = door();
    for (let nth = 0; nth < 15; nth += 1) places.enter(`a${nth}`, from(`203.0.113.${nth < 3 ? 1 : nth}`));
    expect(places.enter('new', from('198.51.100.1'))).toEqual({ instead: 'a0' });
    expect(places.size).toBe(15);
  });

  test('a known source gets one of the five that are kept for it, and half of all', () => {
    const places = door();
    for (let nth = 0; nth < 15; nth += 1) places.enter(`a${nth}`, from(`203.0.113.${nth}`));
    const got = Array.from({ length: 12 }, (_, nth) => places.enter(`k${nth}`, from('192.0.2.1')));
    expect(got.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'entered'));
    expect(got.slice(5, 10).every((place) => typeof place === 'object' && place.instead.startsWith('a'))).toBe(true);
    expect(got.slice(10)).toEqual([{ instead: 'k0' }, { instead: 'k1' }]);
  });

  test('many /64 of one /48 are one crowd: sixteen places for all of them', () => {
    const places = new SourcePlaces<number>({
      all: 100,
      perSource: 4,
      kept: 10,
      known: () => false,
      spared: () => false,
    });
    const got = Array.from({ length: 60 }, (_, nth) =>
      places.enter(nth, from(`2001:db8:1:${((nth % 30) * 256).toString(16)}::1`)),
    );
    expect(got.filter((place) => place === 'entered')).toHaveLength(16);
    expect(places.size).toBe(16);
  });

  test('whatever comes and goes, there are never too many, and a stranger from a new address always gets in', () => {
    const steps = fc.array(fc.record({ address: fc.nat(30), leaves: fc.boolean() }), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (sequence) => {
        const places = door();
        sequence.forEach(({ address, leaves }, nth) => {
          if (leaves) places.leave(String(nth - 3));
          else places.enter(String(nth), from(`203.0.113.${address}`));
          expect(places.size).toBeLessThanOrEqual(15);
        });
        expect(places.enter('new', from('198.51.100.1'))).not.toBe('no-place');
        expect(places.enter('known', from('192.0.2.1'))).not.toBe('no-place');
      }),
    );
  });
});

test('a door of 500 places has 50 for one stranger and keeps 125 for known sources; the smallest has two for each', () => {
  expect(sharedPlaces(500)).toEqual({ all: 500, perSource: 50, kept: 125 });
  expect(sharedPlaces(4)).toEqual({ all: 4, perSource: 2, kept: 1 });
});
