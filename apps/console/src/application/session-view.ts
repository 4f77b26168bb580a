import { Injectable } from '@nestjs/common';
import { Unavailable } from '@recapito/platform';
import type { Roles } from '@recapito/platform';
import { z } from 'zod';
import { passedOn } from '../domain/passed-on.ts';
import { secretsOf } from '../sessions/session-secrets.ts';
import type { Session, SessionStore } from '../sessions/session-store.ts';

/** What a page has to know of whoever looks at it. */
export const sessionView = z.object({
  rehearsal: z.boolean().describe('whether this is a rehearsal, whose pages everybody may see'),
  away: z.boolean().describe('whether sessions cannot be looked up now: whoever has signed in is not known'),
  person: z
    .object({
      name: z.string(),
      fullName: z.string(),
      roles: z.array(z.object({ it: z.string(), en: z.string() })),
      may: z
        .record(z.string(), z.array(z.string()))
        .describe('permissions by service; each service decides for itself'),
      csrf: z.string().describe('sent with every change, as x-csrf-token'),
    })
    .nullable()
    .describe('null for whoever has not signed in'),
});

export type SessionView = z.output<typeof sessionView>;

export interface SessionViewsParts {
  readonly sessions: SessionStore;
  readonly roles: Roles;
  readonly isRehearsal: boolean;
}

/** Tells pages who has signed in. */
@Injectable()
export class SessionViews {
  readonly #parts: SessionViewsParts;

  constructor(parts: SessionViewsParts) {
    this.#parts = parts;
  }

  /** @param secret of the cookie; whoever has none is answered without Redis */
  async of(secret: string | undefined): Promise<SessionView> {
    const { sessions, isRehearsal: rehearsal } = this.#parts;
    if (secret === undefined) return { rehearsal, away: false, person: null };
    try {
      const session = await sessions.find(secret);
      const person = session === null ? null : this.#person(session, secretsOf(secret).csrf);
      return { rehearsal, away: false, person };
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return { rehearsal, away: true, person: null };
    }
  }

  #person({ operator }: Session, csrf: string): NonNullable<SessionView['person']> {
    const { roles } = this.#parts;
    const { name, fullName } = operator;
    const may = Object.keys(passedOn).map((service) => [service, roles.permissionsOf(operator.roles, service)]);
    return { name, fullName, roles: roles.wordsOf(operator.roles), may: Object.fromEntries(may), csrf };
  }
}
