import { readersOf, topics } from './topics.ts';
import type { TopicName } from './topics.ts';

/** What the broker distinguishes. `read`, `write`, `delete` and `alter` include `describe`. */
export type BrokerOperation =
  | 'read'
  | 'write'
  | 'create'
  | 'delete'
  | 'alter'
  | 'describe'
  | 'alter-configs'
  | 'describe-configs';

/** One thing that one user may do at the broker. What no rule allows, the broker refuses. */
export interface AccessRule {
  readonly user: string;
  readonly resource: 'topic' | 'group' | 'cluster';
  /** The name of the resource, or what its name begins with. */
  readonly name: string;
  readonly pattern: 'literal' | 'prefixed';
  readonly operation: BrokerOperation;
}

/** The services: each is a user of its own name. */
export const brokerServices = [
  'identity',
  'mailbox',
  'certified-mail',
  'migration',
  'notification',
  'audit-log',
  'console',
] as const;

/**
 * Who else is known to the broker: `preparations` makes topics and rules and alone creates, deletes and alters; `rehearsal`
 * drives the clock of a rehearsal; `operators` sees which topics and groups there are and how far they are, no record.
 */
export const brokerTools = ['preparations', 'rehearsal', 'operators'] as const;

/** Every user of the broker but the broker itself. */
export const brokerUsers: readonly string[] = [...brokerServices, ...brokerTools];

export type BrokerMode = 'rehearsal' | 'production';

/** The topics of a mode: production has no clock of a rehearsal. */
export function topicsUsed(mode: BrokerMode): TopicName[] {
  return (Object.keys(topics) as TopicName[]).filter((topic) => mode === 'rehearsal' || topic !== 'suite.clock.v1');
}

/**
 * Everything that is allowed at the broker: a topic is written by its writer and read by its readers, a group is used by the
 * service whose name it begins with, and `preparations` alone creates, deletes and alters. Nobody may use a transactional
 * id. In production nobody may write or read the clock of a rehearsal.
 * @param namespace prefix of the names of topics and groups, as in the settings of the services; empty in an installation
 * @rule KAFKA-ACCESS
 */
export function accessRules(namespace: string, mode: BrokerMode): AccessRule[] {
  return [
    ...topicsUsed(mode).flatMap((topic) => topicRules(namespace, topic)),
    ...brokerServices.flatMap((service) => groupRules(namespace, service, service, ['read'])),
    ...(mode === 'rehearsal' ? groupRules(namespace, 'rehearsal', 'rehearsal', ['read']) : []),
    ...preparing(namespace),
    ...looking(namespace),
  ];
}

function topicRules(namespace: string, topic: TopicName): AccessRule[] {
  const rule = { resource: 'topic', name: `${namespace}${topic}`, pattern: 'literal' } as const;
  return [
    { ...rule, user: topics[topic].writer, operation: 'write' },
    ...readersOf(topic).map((user) => ({ ...rule, user, operation: 'read' as const })),
  ];
}

/** The group of that name, and those whose names go on after a full stop or a hyphen. */
function groupRules(
  namespace: string,
  service: string,
  user: string,
  operations: readonly BrokerOperation[],
): AccessRule[] {
  const name = `${namespace}${service}`;
  return operations.flatMap((operation): AccessRule[] => [
    { user, resource: 'group', name, pattern: 'literal', operation },
    { user, resource: 'group', name: `${name}.`, pattern: 'prefixed', operation },
    { user, resource: 'group', name: `${name}-`, pattern: 'prefixed', operation },
  ]);
}

/** What topics of the suite begin with: the part before the first full stop. */
function families(namespace: string): string[] {
  return [...new Set(Object.keys(topics).map((topic) => `${namespace}${topic.split('.')[0] ?? ''}.`))];
}

function preparing(namespace: string): AccessRule[] {
  const user = 'preparations';
  const operations = ['create', 'delete', 'alter', 'alter-configs'] as const;
  const cluster = { user, resource: 'cluster', name: 'kafka-cluster', pattern: 'literal' } as const;
  return [
    ...families(namespace).flatMap((name) =>
      operations.map((operation) => ({ user, resource: 'topic', name, pattern: 'prefixed', operation }) as const),
    ),
    ...[...brokerServices, 'rehearsal'].flatMap((service) => groupRules(namespace, service, user, ['delete'])),
    // To alter rules is to alter the cluster.
    { ...cluster, operation: 'alter' },
    { ...cluster, operation: 'describe' },
  ];
}

function looking(namespace: string): AccessRule[] {
  const user = 'operators';
  const operations = ['describe', 'describe-configs'] as const;
  return [
    ...families(namespace).flatMap((name) =>
      operations.map((operation) => ({ user, resource: 'topic', name, pattern: 'prefixed', operation }) as const),
    ),
    ...[...brokerServices, 'rehearsal'].flatMap((service) => groupRules(namespace, service, user, ['describe'])),
  ];
}
