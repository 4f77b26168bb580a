import type { MailboxState } from '@recapito/capability';
import { undecidedSql } from './holder.store.ts';
import type { Tx } from './tx.ts';

/** What the directory has to say of one holder. */
export interface DirectoryLine {
  readonly holder: string;
  /** Epoch and number of the last record that was stated. */
  readonly epoch: number;
  readonly sequence: number;
  /** A record of the holder has still to be published. */
  readonly unpublished: boolean;
  /** After a restore it is not known how the boxes stand. */
  readonly undecided: boolean;
  readonly boxes: readonly {
    readonly box: string;
    readonly address: string;
    readonly service: string;
    readonly state: MailboxState;
    readonly partner: string | null;
  }[];
}

/** The directory as the tables have it, in the order of the holders, `limit` of them after one. */
export async function directoryLines(tx: Tx, after: string | undefined, limit: number): Promise<DirectoryLine[]> {
  return tx.$queryRaw<DirectoryLine[]>`
    SELECT holder.id::text AS holder, holder.directory_sequence AS sequence,
           holder.directory_epoch::float8 AS epoch,
           EXISTS (SELECT FROM outbox WHERE topic = 'mailbox.directory.v1' AND key = holder.id::text
                   AND published_at IS NULL) AS unpublished,
           ${undecidedSql} AS undecided,
           jsonb_agg(jsonb_build_object('box', mailbox.id, 'address', address, 'service', service, 'state', state,
                                        'partner', partner) ORDER BY address) AS boxes
    FROM holder JOIN mailbox ON mailbox.holder_id = holder.id
    WHERE holder.id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
    GROUP BY holder.id ORDER BY holder.id LIMIT ${limit}`;
}

/** Whether something of this key has still to be published. */
export async function isUnpublished(tx: Tx, topic: string, key: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM outbox WHERE topic = ${topic} AND key = ${key} AND published_at IS NULL LIMIT 1`;
  return rows.length > 0;
}
