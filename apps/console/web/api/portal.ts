import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import createClient from 'openapi-fetch';
import { useTranslation } from 'react-i18next';
import type { HolderSessionView } from '../../src/application/holder-view.ts';
import type { paths } from './generated/identity.ts';
import type { paths as MailboxPaths } from './generated/mailbox.ts';
import { answered, Refused, spoken } from './services.ts';
import type { Answer } from './services.ts';

export type HolderSession = NonNullable<HolderSessionView['session']>;

export type Enrolment = Answer<paths, '/enrolments/{id}'>;
export type Step = NonNullable<Enrolment['next']>;
export type TermsText = Answer<paths, '/terms'>['items'][number];
export type SecurityQuestion = Answer<paths, '/security-questions'>['items'][number];

const sessionKey = ['holder-session'];
const sessionDoor = '/api/holder/session';

/** The body of an answer. @throws Refused when it was no */
async function bodyOf<Data>(asking: Promise<Response>): Promise<Data> {
  return await answered(
    asking.then(async (response) => {
      const body: unknown = response.status === 204 ? {} : await response.json();
      return response.ok ? { data: body as Data, response } : { error: body, response };
    }),
  );
}

/** Whether a holder has signed in; asked again whenever a session turns out to be over. */
export function useHolderSession() {
  return useQuery({ queryKey: sessionKey, queryFn: () => bodyOf<HolderSessionView>(fetch(sessionDoor)), retry: true });
}

/** Signs a holder in with what was typed. */
export function useHolderSignIn() {
  const { i18n } = useTranslation();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (typed: { readonly user: string; readonly secret: string }) =>
      bodyOf<HolderSessionView>(
        fetch(sessionDoor, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'accept-language': i18n.language },
          body: JSON.stringify(typed),
        }),
      ),
    onSuccess: async (view) => {
      queries.setQueryData(sessionKey, view);
      // What is shown stays while it is asked again: a form that was begun before is still there.
      await queries.invalidateQueries({ queryKey: ['enrolment'] });
      await queries.invalidateQueries({ queryKey: ['own-boxes'] });
    },
  });
}

export function useHolderSignOut(csrf: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => bodyOf(fetch(sessionDoor, { method: 'DELETE', headers: { 'x-csrf-token': csrf } })),
    // A session that was over is what was wanted.
    onSettled: () => queries.invalidateQueries({ queryKey: sessionKey }),
  });
}

/** Identity, as the holder of a session asks it. */
function usePortal() {
  const { data } = useHolderSession();
  const client = createClient<paths>({ baseUrl: '/api/holder/identity' });
  client.use(spoken(data?.session?.csrf ?? '', useTranslation().i18n.language));
  return client;
}

/** Has the session looked up again where an answer says that it is over. */
function useWatchedSession() {
  const queries = useQueryClient();
  return async <Data>(asking: Promise<Data>): Promise<Data> => {
    try {
      return await asking;
    } catch (error) {
      if (error instanceof Refused && error.isSessionOver) await queries.invalidateQueries({ queryKey: sessionKey });
      throw error;
    }
  };
}

/** Where the steps of an enrolment stand. */
export function useEnrolment(id: string) {
  const portal = usePortal();
  const watched = useWatchedSession();
  return useQuery({
    queryKey: ['enrolment', id],
    queryFn: () => watched(answered(portal.GET('/enrolments/{id}', { params: { path: { id } } }))),
  });
}

export function useTerms() {
  const portal = usePortal();
  return useQuery({ queryKey: ['terms'], queryFn: () => answered(portal.GET('/terms')) });
}

export function useSecurityQuestions() {
  const portal = usePortal();
  return useQuery({ queryKey: ['security-questions'], queryFn: () => answered(portal.GET('/security-questions')) });
}

/** What many holders ask, with the programme's answers; nobody has to have signed in. */
export function useFrequentQuestions() {
  return useQuery({
    queryKey: ['frequent-questions'],
    queryFn: () => bodyOf<Answer<paths, '/frequent-questions'>>(fetch('/api/holder/frequent-questions')),
  });
}

/** What a holder gives in a step. */
export type StepForm =
  | { readonly step: 'change-password'; readonly password: string }
  | { readonly step: 'accept-terms'; readonly accepted: { document: string; version: string; sha256: string }[] }
  | { readonly step: 'set-questions'; readonly answers: { question: string; answer: string }[] }
  | { readonly step: 'confirm' };

/** Takes a step; the enrolment is then as the answer says. */
export function useTakeStep(id: string) {
  const portal = usePortal();
  const queries = useQueryClient();
  const watched = useWatchedSession();
  const params = { path: { id } };
  const put = (form: StepForm) => {
    switch (form.step) {
      case 'change-password':
        return answered(portal.PUT('/enrolments/{id}/password', { params, body: { password: form.password } }));
      case 'accept-terms':
        return answered(portal.PUT('/enrolments/{id}/terms', { params, body: { accepted: form.accepted } }));
      case 'set-questions':
        return answered(portal.PUT('/enrolments/{id}/security-answers', { params, body: { answers: form.answers } }));
      case 'confirm':
        return answered(portal.PUT('/enrolments/{id}/confirmation', { params }));
    }
  };
  return useMutation({
    mutationFn: (form: StepForm) => watched(put(form)),
    onSuccess: (enrolment) => queries.setQueryData(['enrolment', id], enrolment),
  });
}

/** Puts another password in the place of the one that holds: the session is over then, and one signs in with the new one. */
export function useChangePassword() {
  const portal = usePortal();
  const watched = useWatchedSession();
  const leave = useHolderSignOut(useHolderSession().data?.session?.csrf ?? '');
  return useMutation({
    mutationFn: (typed: { readonly current: string; readonly password: string }) =>
      watched(answered(portal.PUT('/password', { body: typed }))),
    onSuccess: () => leave.mutate(),
  });
}

/** Chooses the PIN of whoever has signed in. */
export function useChoosePin() {
  const portal = usePortal();
  const watched = useWatchedSession();
  return useMutation({ mutationFn: (pin: string) => watched(answered(portal.PUT('/pin', { body: { pin } }))) });
}

type Boxes = Answer<MailboxPaths, '/holders/{holder}/boxes'>;

/** The boxes of whoever has signed in, each with what it may do now and at every time. */
export function useOwnBoxes() {
  const watched = useWatchedSession();
  return useQuery({
    queryKey: ['own-boxes'],
    staleTime: 0,
    queryFn: () => watched(bodyOf<Boxes>(fetch('/api/holder/boxes'))),
  });
}

/** Ends every session of whoever has signed in but this one. */
export function useEndOtherSessions() {
  const portal = usePortal();
  const watched = useWatchedSession();
  return useMutation({ mutationFn: () => watched(answered(portal.DELETE('/sessions/others'))) });
}
