import type { CommunicationRefusal } from '../domain/refusals.ts';

/** The HTTP status of each refusal. */
export function statusOf(code: CommunicationRefusal['refused']): number {
  switch (code) {
    case 'communication/unknown':
      return 404;
  }
}
