import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@recapito/contracts';
import { asAdministrator, brokerItself, brokersAs, databaseOf } from '@recapito/servers';
import { fetchTrace, verifyFromOutside } from '../../tools/rehearsal/report/trace.ts';
import { SuiteServices } from '../../tools/rehearsal/suite-services.ts';
import { services } from '../../tools/suite/definitions.ts';
import type { Suite } from '../../tools/suite/suite.ts';
import { RawTopics } from '../raw-topics.ts';
import { factIdsIn } from '../trace-facts.ts';

/** A submission as certified-mail's database has it. */
export interface KeptSubmission {
  readonly identificativo: string;
  /** The Message-ID of the client, with its brackets. */
  readonly messageId: string | null;
  readonly sender: string;
  readonly state: string;
  /** What became of each recipient. */
  readonly recipients: readonly { readonly address: string; readonly state: string }[];
}

/** A message in a box. */
export interface StoredMessage {
  readonly box: string;
  readonly messageId: string;
  /** `posta-certificata` of an envelope, `accettazione` and so on of a receipt. */
  readonly kind: string;
  /** The Message-ID of the client's letter that it carries or speaks of. */
  readonly about: string;
  /** As its file holds it, lines ended by LF. */
  readonly text: string;
}

/** Everything that the suite holds once all is quiet, looked at without any of its services. */
export interface WhatIsThere {
  readonly submissions: readonly KeptSubmission[];
  readonly confirmedEnrolments: readonly string[];
  /** `topic id` of every fact that a service has told. */
  readonly told: readonly string[];
  /** `topic id` of every record with an id, as often as it lies there. */
  readonly published: readonly string[];
  /** `topic id` of every entry with an id in the exported trace. */
  readonly traced: readonly string[];
  readonly traceFaults: readonly unknown[];
  readonly stored: readonly StoredMessage[];
}

/** Looks at databases, topics, trace and mail store of a suite that is quiet. @param folder that of the run */
export async function whatIsThere(suite: Suite, folder: string): Promise<WhatIsThere> {
  const cluster = suite.servers.environment['RECAPITO_POSTGRES_URL'] ?? '';
  const told = (await Promise.all(services.map((name) => toldBy(cluster, name)))).flat();
  const raw = new RawTopics(brokersAs(brokerItself, suite.servers.environment));
  const published = await raw.ids(Object.keys(topics));
  const trace = join(folder, 'ledger', 'trace');
  await fetchTrace(new SuiteServices(suite.urls, suite.operatorToken), trace, `ledger-${Date.now()}`);
  return {
    submissions: await submissionsIn(cluster),
    confirmedEnrolments: await inDatabase<{ id: string }>(
      cluster,
      'identity',
      'SELECT id::text FROM enrolment WHERE confirmed_at IS NOT NULL',
    ).then((rows) => rows.map(({ id }) => id)),
    told,
    published,
    traced: factIdsIn(trace),
    traceFaults: (await verifyFromOutside(trace)).faults,
    stored: storedIn(join(folder, 'store', 'homes')),
  };
}

async function toldBy(cluster: string, service: string): Promise<string[]> {
  const rows = await inDatabase<{ fact: string }>(
    cluster,
    service,
    `SELECT topic || ' ' || id AS fact FROM outbox ORDER BY seq`,
  );
  return rows.map(({ fact }) => fact);
}

async function submissionsIn(cluster: string): Promise<KeptSubmission[]> {
  return inDatabase<KeptSubmission>(
    cluster,
    'certified-mail',
    `SELECT s.identificativo, m.certified->>'msgid' AS "messageId", s.sender, s.state,
            coalesce(json_agg(json_build_object('address', r.address, 'state', r.state))
                     FILTER (WHERE r.address IS NOT NULL), '[]') AS recipients
     FROM submission s JOIN message m USING (identificativo) LEFT JOIN recipient r USING (identificativo)
     GROUP BY s.identificativo, m.identificativo ORDER BY s.identificativo`,
  );
}

async function inDatabase<Row extends object>(cluster: string, service: string, query: string): Promise<Row[]> {
  const address = new URL(cluster);
  address.pathname = `/${databaseOf(service)}`;
  return asAdministrator(address.href, async (reader) => (await reader.query<Row>(query)).rows);
}

/** Every message of every box, as its file holds it: a box is a folder `domain/local part`, a message a file of dbox. */
function storedIn(homes: string): StoredMessage[] {
  return readdirSync(homes).flatMap((domain) =>
    readdirSync(join(homes, domain)).flatMap((name) => {
      const folder = join(homes, domain, name, 'mail', 'mailboxes', 'INBOX', 'dbox-Mails');
      return filesOf(folder).map((file) => storedMessage(`${name}@${domain}`, readFileSync(join(folder, file))));
    }),
  );
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^u\.\d+$/.test(name));
  } catch (error) {
    // Nothing has come to this box yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function storedMessage(box: string, bytes: Buffer): StoredMessage {
  const text = withLf(bytes);
  const header = text.split('\n\n', 1)[0]?.replaceAll(/\n[ \t]+/g, ' ') ?? '';
  const field = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(header)?.[1]?.trim() ?? '';
  return {
    box,
    messageId: field('Message-ID'),
    kind: field('X-Ricevuta') || field('X-Trasporto'),
    about: field('X-Riferimento-Message-ID'),
    text,
  };
}

/** Dovecot keeps lines as it likes and shows them as they came. */
export function withLf(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll('\r\n', '\n');
}
