import type { TopicName } from '@recapito/contracts';
import type { RawRecord } from '../records/codec.ts';
import type { FailureClass } from './failures.ts';

/** A record that was kept, as an operator sees it: where it stood and why it is here, never its content. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  /** Null while it only waits behind an earlier record of its key. */
  readonly cause: string | null;
  readonly failureClass: FailureClass | null;
  /** How often a redrive has failed. */
  readonly tries: number;
  readonly keptAt: Date;
  readonly redriveAskedAt: Date | null;
}

/** A dead letter with the bytes of its record, for the redrive. */
export interface KeptRecord extends DeadLetter {
  readonly record: RawRecord;
}
