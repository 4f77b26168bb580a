import { directoryCensus, directoryRecord } from '@recapito/contracts';
import type { DataOf, EventDefinition } from '@recapito/contracts';
import { addDigests, digestText, isNewer, keysOfPartitions, stateDigest } from '@recapito/messaging';

/** Says a fact under a key and a number. */
type Say = <Data>(definition: EventDefinition<Data>, key: string, data: Data, sequence: number) => Promise<unknown>;

interface SpokenHolder {
  readonly epoch: number;
  readonly sequence: number;
  readonly boxes: number;
}

/**
 * What specs have said in mailbox's directory, each holder's last record, so that a census can be said of it: without one
 * no reader takes the directory for whole.
 */
export class SpokenDirectory {
  readonly #holders = new Map<string, SpokenHolder>();
  #censuses = 0;

  /** Notes a record that was said; those of other topics are nothing to it. */
  note<Data>({ type }: EventDefinition<Data>, key: string, data: Data, sequence: number, epoch = 0): void {
    if (type !== directoryRecord.type) return;
    const known = this.#holders.get(key);
    if (known && isNewer({ ...known, number: known.sequence }, { epoch, number: sequence })) return;
    const { boxes } = directoryRecord.data.parse(data);
    this.#holders.set(key, { epoch, sequence, boxes: boxes.length });
  }

  /** Counts what was said so far, as mailbox would. */
  count(calendars: Record<string, number> = {}): DataOf<typeof directoryCensus> {
    const holders = [...this.#holders];
    const digest = holders.reduce(
      (sum, [key, { epoch, sequence }]) => addDigests(sum, stateDigest(key, { epoch, number: sequence })),
      0n,
    );
    const boxes = holders.reduce((sum, [, holder]) => sum + holder.boxes, 0);
    return { holders: holders.length, boxes, digest: digestText(digest), calendars };
  }

  /** Says a census in every partition, of what was said so far unless something else is given. */
  async sayCensus(say: Say, census: DataOf<typeof directoryCensus> = this.count()): Promise<void> {
    this.#censuses += 1;
    for (const key of keysOfPartitions('census')) await say(directoryCensus, key, census, this.#censuses);
  }
}
