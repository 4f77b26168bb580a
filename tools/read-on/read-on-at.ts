import { randomUUID } from 'node:crypto';
import { askAsOperator } from '../command-line/operators-door.ts';
import type { OperatorsDoor } from '../command-line/operators-door.ts';

/** Which service is to read on, and why. */
export interface ReadingOn extends OperatorsDoor {
  /** This topic alone; all that the service has stopped reading when undefined. */
  readonly topic?: string | undefined;
  /** Published with the decision. */
  readonly reason: string;
  readonly say: (words: string) => void;
}

interface Stopped {
  readonly topic: string;
  readonly partition: number;
  readonly cause: string;
}

interface Opened {
  readonly generation: number;
  readonly next: number | string;
}

/**
 * Lets a service read on in every partition that it has stopped reading, and says where it goes on.
 * @returns how many there were
 * @throws Refused when the service refuses or does not answer
 */
export async function readOnAt(wanted: ReadingOn): Promise<number> {
  const { service, topic, reason, say } = wanted;
  const stopped = await stoppedAt(wanted);
  const meant = stopped.filter((each) => topic === undefined || each.topic === topic);
  for (const { topic: name, partition, cause } of meant) {
    const path = `/partitions/${name}/${partition}/generations`;
    // The trace keeps one answer for each key: a second decision about a partition is another request.
    const headers = { 'idempotency-key': randomUUID() };
    const { generation, next } = await askAsOperator<Opened>(wanted, 'POST', path, { body: { reason }, headers });
    say(`${service}: ${name} ${partition} (${cause}) is read from ${next} on, generation ${generation}`);
  }
  say(`${service}: ${meant.length === 0 ? 'no partition is stopped' : `${meant.length} partitions are read on`}`);
  return meant.length;
}

/** The partitions that a service does not read; none of one that reads no facts. */
export async function stoppedAt(door: OperatorsDoor): Promise<readonly Stopped[]> {
  return askAsOperator<Stopped[]>(door, 'GET', '/partitions/stopped');
}
