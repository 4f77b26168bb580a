import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { paths } from './generated/identity.ts';
import { answered, useService } from './services.ts';
import type { Answer } from './services.ts';

export type OpenSession = Answer<paths, '/account/sessions'>['items'][number];

const queryKey = ['own-sessions'];

/** The sessions that whoever has signed in has at identity. */
export function useOwnSessions() {
  const identity = useService('identity');
  return useQuery({
    queryKey,
    staleTime: 0,
    queryFn: async () => (await answered(identity.GET('/account/sessions'))).items,
  });
}

/** Ends one of them. */
export function useEndSession() {
  const identity = useService('identity');
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (session: string) =>
      answered(identity.DELETE('/account/sessions/{session}', { params: { path: { session } } })),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
}

interface NewPassword {
  readonly current: string;
  readonly code: string;
  readonly password: string;
}

/** Gives whoever has signed in another password; every session of theirs ends. */
export function useChangeOwnPassword() {
  const identity = useService('identity');
  return useMutation({
    mutationFn: (body: NewPassword) => answered(identity.PUT('/account/password', { body })),
  });
}
