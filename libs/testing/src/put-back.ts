import type { TopicName } from '@recapito/contracts';
import type { PrismaClientLike } from '@recapito/database';
import type { RunningService } from '@recapito/platform';
import { eventually } from './eventually.ts';
import type { ServiceStage } from './service-stage.ts';
import { recordsOf } from './topic-records.ts';

/** What `GET /restore` says. */
export interface RestoreState {
  readonly wentBackAt: string | null;
  readonly forgotten: number;
  readonly epoch: number;
}

/** The service is ready and has published all that it said, so that its database can be put back below that. */
export async function allPublished<Prisma extends PrismaClientLike>(stage: ServiceStage<Prisma>): Promise<void> {
  await eventually(async () => {
    const rows = await stage.client.$queryRawUnsafe<unknown[]>('SELECT FROM outbox WHERE published_at IS NULL LIMIT 1');
    return rows.length === 0;
  });
}

export async function restoreState<Prisma extends PrismaClientLike>(
  stage: ServiceStage<Prisma>,
): Promise<RestoreState> {
  return (await stage.call<RestoreState>('GET', '/restore', { as: 'operator' })).body;
}

/** Waits until the service has found that its database went back. */
export async function untilWentBack<Prisma extends PrismaClientLike>(stage: ServiceStage<Prisma>): Promise<void> {
  await eventually(async () => (await restoreState(stage)).wentBackAt !== null);
}

/** An operator decides that the service goes on with the database as it is. */
export async function decideToGoOn<Prisma extends PrismaClientLike>(
  stage: ServiceStage<Prisma>,
  running: RunningService<Prisma>,
): Promise<void> {
  const { status, body } = await stage.call('POST', '/restore/go-on', { as: 'operator' });
  if (status !== 200) throw new Error(`the decision was answered ${status}: ${JSON.stringify(body)}`);
  await running.ready;
}

/** What stands on a topic about a key: the events in their order, as every reader finds them. */
export async function publishedTypes(
  { namespace }: Pick<ServiceStage<PrismaClientLike>, 'namespace'>,
  topic: TopicName,
  key: string,
): Promise<string[]> {
  const records = (await recordsOf({ namespace }, topic)).filter((record) => record.key?.toString() === key);
  return records
    .toSorted((one, other) => Number(BigInt(one.offset) - BigInt(other.offset)))
    .map(({ headers }) => headers?.['ce_type']?.toString().split('.').at(-1) ?? '');
}
