/** Who writes and who reads a topic, what its key is, and how the broker keeps it. */
interface Topic {
  readonly writer: string;
  /** Services that read it besides its writer and the trace, which reads every topic (`readersOf`). */
  readonly readers?: readonly string[];
  /** What a record key stands for. */
  readonly key: string;
  /** Compacted topics keep the last record of each key; all others keep everything. */
  readonly compacted: boolean;
}

/** Every topic of the house: one writer each, twelve partitions, never changed. */
export const topics = {
  'suite.clock.v1': {
    writer: 'rehearsal',
    readers: ['identity', 'mailbox', 'certified-mail', 'migration', 'notification', 'console'],
    key: 'the suite',
    compacted: true,
  },
  'identity.holders.v1': {
    writer: 'identity',
    readers: ['migration', 'notification'],
    key: 'holder',
    compacted: false,
  },
  'identity.accesses.v1': {
    writer: 'identity',
    readers: ['notification', 'certified-mail'],
    key: 'holder',
    compacted: false,
  },
  'identity.operators.v1': { writer: 'identity', key: 'operator', compacted: false },
  'identity.readings.v1': { writer: 'identity', key: 'reader, reading or act', compacted: false },
  'mailbox.mailboxes.v1': { writer: 'mailbox', readers: ['identity', 'migration'], key: 'holder', compacted: false },
  'mailbox.directory.v1': { writer: 'mailbox', readers: ['certified-mail'], key: 'holder', compacted: true },
  'mailbox.calendars.v1': { writer: 'mailbox', readers: ['certified-mail'], key: 'service', compacted: true },
  'certified-mail.messages.v1': {
    writer: 'certified-mail',
    readers: ['notification', 'console'],
    key: 'identificativo',
    compacted: false,
  },
  'certified-mail.holds.v1': {
    writer: 'certified-mail',
    readers: ['identity', 'mailbox', 'notification'],
    key: 'hold',
    compacted: false,
  },
  'migration.moves.v1': {
    writer: 'migration',
    readers: ['identity', 'mailbox', 'notification', 'console'],
    key: 'base address',
    compacted: false,
  },
  'notification.communications.v1': {
    writer: 'notification',
    readers: ['migration', 'console'],
    key: 'communication',
    compacted: false,
  },
  'audit-log.checkpoints.v1': { writer: 'audit-log', key: 'tree', compacted: false },
  'audit-log.findings.v1': { writer: 'audit-log', key: 'finding', compacted: false },
  'mailbox.readings.v1': { writer: 'mailbox', key: 'reading or act', compacted: false },
  'certified-mail.readings.v1': { writer: 'certified-mail', key: 'reading or act', compacted: false },
  'migration.readings.v1': { writer: 'migration', key: 'reading or act', compacted: false },
  'notification.readings.v1': { writer: 'notification', key: 'reading or act', compacted: false },
  'audit-log.readings.v1': { writer: 'audit-log', key: 'reading or act', compacted: false },
  'identity.dead-letters.v1': { writer: 'identity', key: 'the key of the message', compacted: false },
  'mailbox.dead-letters.v1': { writer: 'mailbox', key: 'the key of the message', compacted: false },
  'certified-mail.dead-letters.v1': { writer: 'certified-mail', key: 'the key of the message', compacted: false },
  'migration.dead-letters.v1': { writer: 'migration', key: 'the key of the message', compacted: false },
  'notification.dead-letters.v1': { writer: 'notification', key: 'the key of the message', compacted: false },
} as const satisfies Record<string, Topic>;

export type TopicName = keyof typeof topics;

/** The topics on which services publish what they could not handle. */
export type DeadLetterTopic = Extract<TopicName, `${string}.dead-letters.v1`>;

/** Whether the house has such a topic of dead letters. */
export function isDeadLetterTopic(name: string): name is DeadLetterTopic {
  return name in topics && name.endsWith('.dead-letters.v1');
}

/** Partitions of every topic. Changing it would move keys and break their order. */
export const partitions = 12;

/** The topics on which services publish who read personal data, and who asked for changes. */
export type ReadingsTopic = Extract<TopicName, `${string}.readings.v1`>;

/** Whether the house has such a topic of readings. */
export function isReadingsTopic(name: string): name is ReadingsTopic {
  return name in topics && name.endsWith('.readings.v1');
}

/** The topics that `service` alone writes. */
export function topicsWrittenBy(service: string): TopicName[] {
  return (Object.keys(topics) as TopicName[]).filter((name) => topics[name].writer === service);
}

/** Every service and tool that reads a topic: its writer, which looks at what it has published, its readers, and the trace. */
export function readersOf(topic: TopicName): string[] {
  const { writer, readers = [] }: Topic = topics[topic];
  return [...new Set([writer, ...readers, 'audit-log'])];
}
