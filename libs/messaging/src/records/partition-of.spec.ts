import { describe, expect, test } from '@jest/globals';
import { keysOfPartitions, partitionOf } from './partition-of.ts';

describe('the partition of a key', () => {
  test('is the one that every Kafka client computes for it among twelve', () => {
    expect(['foobar', 'abc', '21'].map((key) => partitionOf(key))).toEqual([6, 3, 0]);
  });

  test('there is a key for each partition, and it is always the same one', () => {
    const keys = keysOfPartitions('census');
    expect(keys.map((key) => partitionOf(key))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(keysOfPartitions('census')).toEqual(keys);
  });
});
