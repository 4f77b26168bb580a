import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'SECURITY.md');

/** Services that may come with a token of their own. */
export const callingServices = [
  'identity',
  'mailbox',
  'certified-mail',
  'migration',
  'notification',
  'audit-log',
  'console',
];

/** Who calls a route: `anybody` has no credentials; `citizen` has a session; the others are services, or the operator. */
export type Admitted = readonly string[];

/**
 * The table of docs/SECURITY.md, kept by hand, for one service: route (`GET /holds/{id}`) to those whom it admits. Rows
 * are `| GET /holds/{id} | operator, notification |` under a heading `### Routes of NAME`.
 */
export function admittedByPage(service: string): Record<string, Admitted> {
  const text = readFileSync(page, 'utf8');
  const begin = text.indexOf(`### Routes of ${service}\n`);
  if (begin < 0) throw new Error(`docs/SECURITY.md has no table "Routes of ${service}"`);
  const [section = ''] = text.slice(begin + 4).split(/\n##/);
  const rows = [...section.matchAll(/^\| `([A-Z]+ [^`]+)` \| ([^|]+) \|/gm)];
  return Object.fromEntries(rows.map(([, route = '', admitted = '']) => [route, admitted.trim().split(', ')]));
}
