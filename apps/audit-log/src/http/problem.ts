import type { Refusal } from '@recapito/primitives';
import type { ExportRefusal } from '../domain/export.ts';

/** Every refusal that leaves audit-log by HTTP. */
export type TraceRefusal =
  | ExportRefusal
  | Refusal<'partition/unknown' | 'partition/not-stopped'>
  | Refusal<'log/not-broken' | 'log/not-compared'>
  | Refusal<'export/unknown' | 'export/nothing-signed' | 'export/no-such-file' | 'entry/unknown' | 'checkpoint/none'>;

/** The HTTP status of each of them. */
export function statusOf(code: TraceRefusal['refused']): number {
  switch (code) {
    case 'export/unknown':
    case 'export/no-such-file':
    case 'entry/unknown':
    case 'checkpoint/none':
    case 'partition/unknown':
      return 404;
    case 'export/nothing-signed':
    case 'export/not-in-this-state':
    case 'partition/not-stopped':
    case 'log/not-broken':
      return 409;
    case 'log/not-compared':
      return 503;
  }
}
