import createClient from 'openapi-fetch';
import type { Middleware } from 'openapi-fetch';
import { usePerson } from './session.tsx';
import type { paths as Identity } from './generated/identity.ts';

/** Why a service said no, in the reader's language, as it arrives. */
export interface Problem {
  /** The code of the refusal. */
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly rule: string;
  readonly status: number;
  readonly faults?: readonly { readonly at: string; readonly message: string }[];
}

/** A service has said no, or could not be asked. */
export class Refused extends Error {
  /** Null when nothing came that could be read. */
  readonly problem: Problem | null;

  constructor(problem: Problem | null) {
    super(problem?.detail ?? 'no answer');
    this.problem = problem;
  }

  /** The session is over: what was typed stays, and one signs in again. */
  get isSessionOver(): boolean {
    return this.problem?.status === 401;
  }
}

/** Says why one reads, and shows the token of the session with what changes something. */
function spoken(csrf: string, language: string): Middleware {
  return {
    onRequest: ({ request }) => {
      request.headers.set('accept-language', language);
      if (request.method !== 'GET') request.headers.set('x-csrf-token', csrf);
      return request;
    },
  };
}

/** Identity, as pages ask it: by its own document. */
export function useIdentity(language: string) {
  const csrf = usePerson()?.csrf ?? '';
  const client = createClient<Identity>({ baseUrl: '/api/services/identity' });
  client.use(spoken(csrf, language));
  return client;
}

/** What was answered. @throws Refused when it was no */
export async function answered<Data>(
  asking: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await asking.catch(() => ({ data: undefined, error: null, response: null }));
  if (response?.ok === true && data !== undefined) return data;
  throw new Refused(problemIn(error));
}

function problemIn(error: unknown): Problem | null {
  return typeof error === 'object' && error !== null && 'detail' in error ? (error as Problem) : null;
}

/** Words in a header: its bytes are UTF-8, each as one letter, for headers have no others. */
export function headerWords(words: string): string {
  return String.fromCharCode(...new TextEncoder().encode(words));
}
