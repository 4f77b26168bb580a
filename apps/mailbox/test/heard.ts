import { randomUUID } from 'node:crypto';
import type { DataOf, EventDefinition, TopicName } from '@recapito/contracts';
import { calendarArmed, directoryRecord } from '@recapito/contracts';
import { ensureTopics, physicalTopic } from '@recapito/messaging';
import { bareKafka, servers } from '@recapito/testing';

/** One record as any reader of the topic gets it. */
export interface Heard {
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly id: string;
  readonly sequence: number;
  readonly data: unknown;
}

/** All that mailbox says in a namespace, from the beginning, each fact once. */
export class Listener {
  readonly records: Heard[] = [];
  readonly #namespace: string;
  readonly #consumer;

  constructor(namespace: string) {
    this.#namespace = namespace;
    this.#consumer = bareKafka().consumer({ groupId: `${namespace}spec-${randomUUID()}` });
  }

  async listen(): Promise<this> {
    const topics: TopicName[] = ['mailbox.mailboxes.v1', 'mailbox.directory.v1', 'mailbox.calendars.v1'];
    await ensureTopics(servers().kafkaBrokers, this.#namespace, topics);
    await this.#consumer.connect();
    await this.#consumer.subscribe({
      topics: topics.map((topic) => physicalTopic(this.#namespace, topic)),
      fromBeginning: true,
    });
    await this.#consumer.run({
      eachMessage: async ({ topic, message: { key, value, headers } }) => {
        const header = (name: string) => headers?.[name]?.toString() ?? '';
        // A broker may hand a record over twice; like every reader, this one tells by the id.
        if (this.records.some(({ id }) => id === header('ce_id'))) return;
        this.records.push({
          topic: topic.slice(this.#namespace.length),
          key: key?.toString() ?? '',
          type: header('ce_type').split('.').at(-1) ?? '',
          id: header('ce_id'),
          sequence: Number(header('ce_sequence')),
          data: JSON.parse(value?.toString() ?? 'null'),
        });
      },
    });
    return this;
  }

  /** The data of every fact of a kind, in the order in which they were heard. */
  of<Data>({ topic, type }: EventDefinition<Data>): Data[] {
    return this.records
      .filter((record) => record.topic === topic && record.type === type)
      .map(({ data }) => data as Data);
  }

  /** The directory's last record of a holder. */
  directory(holder: string): DataOf<typeof directoryRecord>['boxes'] | undefined {
    const records = this.records.filter(({ topic, key }) => topic === directoryRecord.topic && key === holder);
    return (records.at(-1)?.data as DataOf<typeof directoryRecord> | undefined)?.boxes;
  }

  /** The calendar in force of a service, as its topic says. */
  calendar(service: string): DataOf<typeof calendarArmed> | undefined {
    return this.of(calendarArmed).findLast((armed) => armed.service === service);
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect();
  }
}
