import { holderScopes } from '@recapito/platform';
import { z } from 'zod';
import type { HolderSession } from '../sessions/holder-sessions.ts';
import { secretsOf } from '../sessions/session-secrets.ts';

/** What the portal's page has to know of whoever looks at it. */
export const holderSessionView = z.object({
  away: z.boolean().describe('whether sessions cannot be looked up now: who has signed in is not known'),
  session: z
    .object({
      scope: z.enum(holderScopes).describe('what the holder may do: choose a PIN, or take the steps'),
      enrolment: z.uuid().nullable(),
      until: z.int().describe('when the session ends: milliseconds of the system clock'),
      csrf: z.string().describe('sent with every change, as x-csrf-token'),
    })
    .nullable()
    .describe('null for whoever has not signed in'),
});

export type HolderSessionView = z.output<typeof holderSessionView>;

/** @param secret of the cookie, and the session that it leads to; null when there is none */
export function holderViewOf(secret: string | undefined, found: HolderSession | null): HolderSessionView {
  if (secret === undefined || found === null) return { away: false, session: null };
  const { scope, enrolment, until } = found;
  return { away: false, session: { scope, enrolment, until, csrf: secretsOf(secret).csrf } };
}
