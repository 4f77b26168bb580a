// A bare HTTP route that answers a page of mailbox's boxes from one keyset SELECT: what the list of mailbox is measured
// beside. It knows nobody, checks nothing and records nothing. Its port goes to the parent process.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Pool } from 'pg';

const pageLength = 50;
const pool = new Pool({ connectionString: process.argv[2], max: 4 });

const page = {
  name: 'page-of-boxes',
  text: `SELECT address, service, state, state_since AS "stateSince", partner
         FROM mailbox WHERE address > $1 ORDER BY address LIMIT $2`,
};

async function pageAfter(after: string): Promise<string> {
  const { rows } = await pool.query<{ address: string }>({ ...page, values: [after, pageLength + 1] });
  const items = rows.slice(0, pageLength);
  return JSON.stringify({ items, next: rows.length > pageLength ? (items.at(-1)?.address ?? null) : null });
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await pageAfter(new URL(request.url ?? '', 'http://bare').searchParams.get('after') ?? '');
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const server = createServer((request, response) => void answer(request, response));

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
