import type { DataOf, EventDefinition } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { eventually } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { namesInUse } from '../src/persistence/spool-file.store.ts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

type Service = RunningService<PrismaClient>;

/** What `POST /submissions` answered. */
export interface Answered {
  readonly status: number;
  readonly body: {
    readonly identificativo: string;
    readonly outcome: 'accepted' | 'refused';
    readonly at: string;
    readonly reasons: readonly { refused: string; rule: string; words: { it: string; en: string } }[];
    readonly type?: string;
    readonly rule?: string;
  };
}

let keys = 0;

/** A message of a spec, in the shortest form that passes the formal checks. */
export function mail(from: string, to: string, more: readonly string[] = [], body = 'Testo.'): string {
  return [`From: ${from}`, `To: ${to}`, ...more, '', body, ''].join('\r\n');
}

export async function submit(
  service: Service,
  token: string,
  message: string | Buffer,
  { key = `spec-${++keys}`, query = '' }: { key?: string; query?: string } = {},
): Promise<Answered> {
  const response = await fetch(`${service.url}/submissions${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'message/rfc822', 'idempotency-key': key },
    body: typeof message === 'string' ? Buffer.from(message, 'utf8') : new Uint8Array(message),
  });
  return { status: response.status, body: (await response.json()) as Answered['body'] };
}

/** A fact of certified-mail, as the outbox has it. */
export interface Told {
  readonly key: string;
  readonly type: string;
  readonly sequence: bigint;
  readonly time: Date;
  readonly data: Record<string, unknown>;
}

/** Every fact about a message, or about all, in the order in which they were told. */
export async function factsOf(service: Service, identificativo = '%'): Promise<Told[]> {
  const rows = await client(service).$queryRawUnsafe<(Omit<Told, 'data'> & { value: string })[]>(
    `SELECT key, type, sequence, time, value FROM outbox WHERE topic = 'certified-mail.messages.v1' AND key LIKE $1 ORDER BY seq`,
    identificativo,
  );
  return rows.map(({ value, ...row }) => ({ ...row, data: JSON.parse(value) as Record<string, unknown> }));
}

/** The data of every fact of one kind about a message. */
export async function dataOf<Definition extends EventDefinition>(
  service: Service,
  { type }: Definition,
  identificativo = '%',
): Promise<DataOf<Definition>[]> {
  const facts = await factsOf(service, identificativo);
  return facts.filter((fact) => fact.type === type).map(({ data }) => data as DataOf<Definition>);
}

/** Waits until nothing is due any more and the spool is empty of what has ended. */
export async function quiet(service: Service): Promise<void> {
  await quietIn(client(service));
}

/** The same for a service that runs in a process of its own. */
export async function quietIn(prisma: PrismaClient, options: { readonly withinMs?: number } = {}): Promise<void> {
  await eventually(async () => {
    const [row] = await prisma.$queryRawUnsafe<{ undone: number }[]>(
      `SELECT (SELECT count(*) FROM emission WHERE state = 'due')::int + (SELECT count(*) FROM placement WHERE state = 'due')::int
         + (SELECT count(*) FROM arrival WHERE erased_at IS NULL)::int
         + (SELECT count(*) FROM submission WHERE state = 'concluded' AND erased_at IS NULL)::int AS undone`,
    );
    return row?.undone === 0;
  }, options);
}

/** Files of the spool that no row names, once everything is quiet. */
export async function filesWithoutRow(service: Service, folder: string): Promise<string[]> {
  await quiet(service);
  const entries = readdirSync(join(folder, 'spool'), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const used = await namesInUse(client(service), files);
  return files.filter((name) => !used.has(name));
}

export function client(service: Service): PrismaClient {
  const { database } = service.platform;
  if (database === undefined) throw new Error('certified-mail has a database');
  return database.client;
}
