import type { Refusal } from '@recapito/primitives';

/** Every refusal that leaves the console by HTTP. */
export type ConsoleRefusal = Refusal<'report/none' | 'page/unknown'>;

/** The HTTP status of each of them. */
export function statusOf(code: ConsoleRefusal['refused']): number {
  switch (code) {
    case 'report/none':
    case 'page/unknown':
      return 404;
  }
}
