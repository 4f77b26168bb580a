import type { Spool } from './spool.ts';

/** The name of a file that holds an arrival; messages of ours are named by their identificativo. */
const arrivalName = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The outer header of an envelope ends before that. */
const headBytes = 16 * 1024;

/**
 * Of these ids those that a file of the spool may hold the envelope of, with the names of the files: an envelope bears its id as
 * its Message-ID (RFC 6109 section 3.1.4). Files that were set aside count, because no row names them after a restore.
 */
export async function spooledArrivals(spool: Spool, ids: ReadonlySet<string>): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (ids.size === 0) return found;
  for await (const { name, head } of spool.heads(headBytes, (file) => arrivalName.test(file))) {
    const [, id = ''] = /^message-id:\s*<([^<>\s]+)>/im.exec(head.toString('latin1')) ?? [];
    if (ids.has(id)) found.set(id, [...(found.get(id) ?? []), name]);
  }
  return found;
}
