import { accessRules, readersOf, topicsUsed } from '@recapito/contracts';
import { addAccess, ensureTopics } from '@recapito/messaging';
import { brokersOfRun } from './servers.ts';

/** Makes the topics of one service in a namespace, and the rules by which it reaches them, as the preparations do for all. */
export async function prepareFor(service: string, namespace: string): Promise<void> {
  const brokers = brokersOfRun('preparations');
  const topics = topicsUsed('rehearsal').filter((topic) => readersOf(topic).includes(service));
  const rules = accessRules(namespace, 'rehearsal').filter(({ user }) => user === service);
  await Promise.all([ensureTopics(brokers, namespace, topics), brokers.named ? addAccess(brokers, rules) : undefined]);
}
