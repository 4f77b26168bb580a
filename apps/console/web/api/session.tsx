import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';
import type { SessionView } from '../../src/application/session-view.ts';

type Person = NonNullable<SessionView['person']>;

/** Who looks at the pages; null until the console has said it, and while it does not answer. */
const SessionContext = createContext<SessionView | null>(null);

const queryKey = ['session'];

/** @throws Error when the console does not answer */
async function fetchSession(): Promise<SessionView> {
  const response = await fetch('/api/session');
  if (!response.ok) throw new Error(`the session was answered with ${response.status}`);
  return (await response.json()) as SessionView;
}

/** Asks once who has signed in. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const { data } = useQuery({ queryKey, queryFn: fetchSession, retry: true });
  return <SessionContext.Provider value={data ?? null}>{children}</SessionContext.Provider>;
}

export function useSession(): SessionView | null {
  return useContext(SessionContext);
}

/** Who has signed in; null for everybody else. */
export function usePerson(): Person | null {
  return useSession()?.person ?? null;
}

/** Whether whoever has signed in may do something at a service, as far as the console knows: the service decides. */
export function useMay(service: string, permission: string): boolean {
  return usePerson()?.may[service]?.includes(permission) ?? false;
}

/** Ends the session here. Resolves with the address at which the browser ends identity's too; null when identity is away. */
export function useSignOut(): () => Promise<string | null> {
  const csrf = usePerson()?.csrf ?? '';
  const queries = useQueryClient();
  return async () => {
    const response = await fetch('/auth/sign-out', { method: 'POST', headers: { 'x-csrf-token': csrf } });
    // A session that was over is what was wanted.
    if (!response.ok && response.status !== 401) throw new Error(`the sign-out was answered with ${response.status}`);
    const { leave = null } = (await response.json()) as { leave?: string | null };
    if (leave === null) await queries.invalidateQueries({ queryKey });
    return leave;
  };
}

/** The address that begins a sign-in and comes back to a page. */
export function signInAddress(page: string): string {
  return `/auth/sign-in?to=${encodeURIComponent(page)}`;
}
