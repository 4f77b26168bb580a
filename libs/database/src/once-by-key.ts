import { createHash } from 'node:crypto';
import type { SqlTransaction } from '@recapito/messaging';
import { refuse, type Refusal, sortedJson } from '@recapito/primitives';
import { z } from 'zod';

/** The `Idempotency-Key` header: a caller's own name for one request, 1 to 128 printable characters. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,128}$/);

/** One request that creates something, as its caller named it. */
export interface KeyedRequest {
  /** Who asks: the same key of two callers names two requests. */
  readonly caller: string;
  /** What is asked, as `POST /campaigns`. */
  readonly operation: string;
  /** The value of `Idempotency-Key`. */
  readonly key: string;
  /** The request's body, or a hash of it where it is large or secret; only its SHA-256 is kept. */
  readonly body: unknown;
}

export type KeyReused = Refusal<'idempotency-key/reused'>;

/**
 * Does the work of a request once, whatever number of times and from however many connections it is sent: the same key
 * and body get the same answer again, the same key with another body is refused. Runs in the transaction of the work;
 * a second request waits for the first to commit. The answer is kept as JSON, so it must hold no secret.
 * @param keeps false for an answer after which nothing has been done and the same request may be made again: it is not
 * kept, and the key is free. Every answer is kept when left out.
 * Refusals: `idempotency-key/reused`, and those of `work`, which are answers like any other.
 * @rule HTTP-IDEMPOTENCY-KEY
 */
export async function onceByKey<Result>(
  tx: SqlTransaction,
  request: KeyedRequest,
  work: () => Promise<Result>,
  keeps: (answer: Result) => boolean = () => true,
): Promise<Result | KeyReused> {
  const { caller, operation, key } = request;
  const hash = createHash('sha256').update(bodyBytes(request.body)).digest('hex');
  const taken = await tx.$executeRawUnsafe(
    `INSERT INTO keyed_request (caller, operation, key, body_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    caller,
    operation,
    key,
    hash,
  );
  if (taken === 0) return await answerGiven<Result>(tx, request, hash);
  const result = await work();
  if (keeps(result))
    await tx.$executeRawUnsafe(
      `UPDATE keyed_request SET answer = $4::jsonb WHERE caller = $1 AND operation = $2 AND key = $3`,
      caller,
      operation,
      key,
      JSON.stringify(result ?? null),
    );
  else
    await tx.$executeRawUnsafe(
      `DELETE FROM keyed_request WHERE caller = $1 AND operation = $2 AND key = $3`,
      caller,
      operation,
      key,
    );
  return result;
}

/** Forgets requests older than `hours`; call it from a sweep. Returns how many. */
export async function forgetKeys(tx: SqlTransaction, hours = 48): Promise<number> {
  return await tx.$executeRawUnsafe(
    `DELETE FROM keyed_request WHERE asked_at < clock_timestamp() - make_interval(hours => $1::int)`,
    hours,
  );
}

async function answerGiven<Result>(
  tx: SqlTransaction,
  request: KeyedRequest,
  hash: string,
): Promise<Result | KeyReused> {
  const [row] = await tx.$queryRawUnsafe<{ body_hash: string; answer: Result }[]>(
    `SELECT body_hash, answer FROM keyed_request WHERE caller = $1 AND operation = $2 AND key = $3`,
    request.caller,
    request.operation,
    request.key,
  );
  if (row === undefined) throw new Error('a keyed request was forgotten while it was asked again');
  if (row.body_hash === hash) return row.answer;
  return refuse('idempotency-key/reused', 'HTTP-IDEMPOTENCY-KEY', {
    it: 'Questa chiave è già servita per una richiesta diversa.',
    en: 'This key has already served for a different request.',
  });
}

function bodyBytes(body: unknown): string | Uint8Array {
  return body instanceof Uint8Array ? body : sortedJson(body);
}
