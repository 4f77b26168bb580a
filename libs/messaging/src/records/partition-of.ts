import { partitions } from '@recapito/contracts';
import { Partitioners } from 'kafkajs';

const choosePartition = Partitioners.DefaultPartitioner();

/** The partitioner looks at nothing but how many there are. */
const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
  partitionErrorCode: 0,
  partitionId,
  leader: 0,
  replicas: [],
  isr: [],
}));

/** The partition to which a record of this key goes, on every topic of the house. */
export function partitionOf(key: string): number {
  return choosePartition({ topic: '', partitionMetadata, message: { key, value: null } });
}

/** For each partition a key that goes there, in the order of the partitions: `<prefix>-<number>`, always the same. */
export function keysOfPartitions(prefix: string): string[] {
  const keys = new Map<number, string>();
  for (let nth = 0; keys.size < partitions; nth += 1) {
    const key = `${prefix}-${nth}`;
    const partition = partitionOf(key);
    if (!keys.has(partition)) keys.set(partition, key);
  }
  return [...keys].toSorted(([one], [other]) => one - other).map(([, key]) => key);
}
