import { randomBytes } from 'node:crypto';
import { bareKafka } from './topic-records.ts';

const made = new Set<string>();

/** What the environment of a spec file calls when the file has ended: tools/test/native-environment.mjs. */
const afterFile = Symbol.for('recapito.after-file');

/** A prefix for topics, groups and queues that no other spec file has; `RECAPITO_NAMESPACE` of the services it starts. */
export function namespace(): string {
  const name = `t${randomBytes(5).toString('hex')}-`;
  made.add(name);
  Reflect.set(globalThis, afterFile, removeTopics);
  return name;
}

/** Removes the topics of the file that has ended: the broker keeps a file open for each of their partitions. */
async function removeTopics(): Promise<void> {
  const names = [...made];
  made.clear();
  const admin = bareKafka().admin();
  try {
    await admin.connect();
    const topics = (await admin.listTopics()).filter((topic) => names.some((name) => topic.startsWith(name)));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}
