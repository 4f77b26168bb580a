import { accessRules, brokerServices, brokerUsers, topics, topicsUsed } from '@recapito/contracts';
import type { AccessRule, BrokerMode } from '@recapito/contracts';
import kafkajs from 'kafkajs';
import type { AclEntry, AclFilter, Admin } from 'kafkajs';
import type { Brokers } from './brokers.ts';
import { kafkaClient } from './kafka.ts';
import { ensureTopics } from './topics.ts';

const {
  AclOperationTypes: Operation,
  AclPermissionTypes: Permission,
  AclResourceTypes: Resource,
  ResourcePatternTypes: Pattern,
} = kafkajs;

const operations = {
  read: Operation.READ,
  write: Operation.WRITE,
  create: Operation.CREATE,
  delete: Operation.DELETE,
  alter: Operation.ALTER,
  describe: Operation.DESCRIBE,
  'alter-configs': Operation.ALTER_CONFIGS,
  'describe-configs': Operation.DESCRIBE_CONFIGS,
} as const;

const resources = { topic: Resource.TOPIC, group: Resource.GROUP, cluster: Resource.CLUSTER } as const;

/** What a change of the rules has come to. */
export interface AccessChange {
  readonly added: number;
  readonly removed: number;
}

/**
 * Prepares a broker for a suite: every topic, and exactly the rules of `accessRules`. May be repeated at any time.
 * @param brokers as `preparations`; without a credential the broker asks nobody for a name, and rules are left out
 * @returns null where rules were left out
 */
export async function prepareBroker(
  brokers: Brokers,
  { namespace = '', mode }: { readonly namespace?: string; readonly mode: BrokerMode },
): Promise<AccessChange | null> {
  await ensureTopics(brokers, namespace, topicsUsed(mode));
  if (!brokers.named) return null;
  return replaceAccess(brokers, accessRules(namespace, mode), namespace);
}

/**
 * Gives the broker these rules, as its authorizer's entries; what is there stays. The user of `brokers` must be allowed to
 * alter the cluster.
 */
export async function addAccess(brokers: Brokers, rules: readonly AccessRule[]): Promise<void> {
  await asked(brokers, (admin) => create(admin, rules.map(entryOf)));
}

/**
 * Makes the entries of the suite at the broker exactly these rules: adds what is missing, and takes from the suite's users
 * what no rule gives them in this namespace. Entries of other users, other namespaces and entries that deny stay.
 */
export async function replaceAccess(
  brokers: Brokers,
  rules: readonly AccessRule[],
  namespace: string,
): Promise<AccessChange> {
  return asked(brokers, async (admin) => {
    const found = await entriesAt(admin);
    const wanted = rules.map(entryOf);
    const there = new Set(found.map(nameOf));
    const kept = new Set(wanted.map(nameOf));
    const missing = wanted.filter((entry) => !there.has(nameOf(entry)));
    const surplus = found.filter((entry) => isOurs(entry, namespace) && !kept.has(nameOf(entry)));
    await create(admin, missing);
    await remove(admin, surplus);
    return { added: missing.length, removed: surplus.length };
  });
}

async function create(admin: Admin, entries: readonly AclEntry[]): Promise<void> {
  const last = entries.at(-1);
  if (last === undefined) return;
  await admin.createAcls({ acl: [...entries] });
  await untilKnown(admin, last, true);
}

async function remove(admin: Admin, entries: readonly AclEntry[]): Promise<void> {
  const last = entries.at(-1);
  if (last === undefined) return;
  await admin.deleteAcls({ filters: [...entries] });
  await untilKnown(admin, last, false);
}

/**
 * The controller answers before the broker goes by what was changed. The entries of one request take effect together, so the
 * last one is asked for.
 */
async function untilKnown(admin: Admin, entry: AclEntry, there: boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const { resources: found } = await admin.describeAcls(entry);
    if (found.length > 0 === there) return;
    if (Date.now() > deadline) throw new Error('the broker does not go by the rules that it was given');
  }
}

async function asked<Answer>(brokers: Brokers, question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
  const admin = kafkaClient({ clientId: 'access', brokers, logger: undefined }).admin();
  try {
    await admin.connect();
    return await question(admin);
  } finally {
    await admin.disconnect();
  }
}

function entryOf({ user, resource, name, pattern, operation }: AccessRule): AclEntry {
  return {
    principal: `User:${user}`,
    host: '*',
    resourceType: resources[resource],
    resourceName: name,
    resourcePatternType: pattern === 'literal' ? Pattern.LITERAL : Pattern.PREFIXED,
    operation: operations[operation],
    permissionType: Permission.ALLOW,
  };
}

const everything: AclFilter = {
  resourceType: Resource.ANY,
  resourcePatternType: Pattern.ANY,
  operation: Operation.ANY,
  permissionType: Permission.ALLOW,
};

async function entriesAt(admin: Admin): Promise<AclEntry[]> {
  const { resources: found } = await admin.describeAcls(everything);
  return found.flatMap(({ acls, ...resource }) => acls.map((acl) => ({ ...resource, ...acl })));
}

/** What makes an entry the same as another one. */
function nameOf(entry: AclEntry): string {
  const { principal, host, resourceType, resourceName, resourcePatternType, operation } = entry;
  return JSON.stringify([principal, host, resourceType, resourceName, resourcePatternType, operation]);
}

/** Whether an entry gives one of the suite's users something in this namespace. */
function isOurs({ principal, resourceName }: AclEntry, namespace: string): boolean {
  const families = [...Object.keys(topics).map((topic) => topic.split('.')[0] ?? ''), ...brokerServices, 'rehearsal'];
  return (
    brokerUsers.some((user) => principal === `User:${user}`) &&
    families.some((family) => resourceName.startsWith(`${namespace}${family}`))
  );
}
