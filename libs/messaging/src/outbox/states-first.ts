import { topics } from '@recapito/contracts';
import type { TopicName } from '@recapito/contracts';

/**
 * Parts what is to be sent: first what says how things stand (compacted topics), then the facts, each in its order.
 * Whoever acts on a fact and then reads the state to its end finds there what the fact has changed.
 */
export function statesFirst<Row extends { readonly topic: TopicName }>(rows: readonly Row[]): Row[][] {
  const { states = [], facts = [] } = Object.groupBy(rows, ({ topic }) =>
    topics[topic].compacted ? 'states' : 'facts',
  );
  return [states, facts].filter(({ length }) => length > 0);
}
