import createClient from 'openapi-fetch';
import type { Middleware } from 'openapi-fetch';
import { usePerson } from './session.tsx';
import { useTranslation } from 'react-i18next';
import type { AskedService } from '../../src/domain/passed-on.ts';
import type { paths as AuditLog } from './generated/audit-log.ts';
import type { paths as CertifiedMail } from './generated/certified-mail.ts';
import type { paths as Identity } from './generated/identity.ts';
import type { paths as Mailbox } from './generated/mailbox.ts';
import type { paths as Migration } from './generated/migration.ts';
import type { paths as Notification } from './generated/notification.ts';

/** What each service says of its doors. */
interface Documents extends Record<AskedService, object> {
  readonly identity: Identity;
  readonly mailbox: Mailbox;
  readonly 'certified-mail': CertifiedMail;
  readonly migration: Migration;
  readonly notification: Notification;
  readonly 'audit-log': AuditLog;
}

/** What a service answers to a question without a body. */
export type Answer<Paths, Path extends keyof Paths> = Paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

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
export function spoken(csrf: string, language: string): Middleware {
  return {
    onRequest: ({ request }) => {
      request.headers.set('accept-language', language);
      if (request.method !== 'GET') request.headers.set('x-csrf-token', csrf);
      return request;
    },
  };
}

/** A service, as pages ask it: by its own document, in the language that is read. */
export function useService<Name extends AskedService>(name: Name) {
  const { i18n } = useTranslation();
  const csrf = usePerson()?.csrf ?? '';
  const client = createClient<Documents[Name]>({ baseUrl: `/api/services/${name}` });
  client.use(spoken(csrf, i18n.language));
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

/** A reading says why; words that are too short are no reason, and nothing is asked. */
export function isPurpose(words: string): boolean {
  return words.trim().length >= 3;
}

/** Why somebody reads, as the header that services want. */
export function purposeHeader(purpose: string): { readonly Purpose: string } {
  return { Purpose: headerWords(purpose) };
}

/** Words in a header: its bytes are UTF-8, each as one letter, for headers have no others. */
function headerWords(words: string): string {
  return String.fromCharCode(...new TextEncoder().encode(words));
}
