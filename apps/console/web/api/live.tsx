import { createContext, useContext, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { LiveDocument } from '../../src/application/live-document.ts';
import { useSession } from './session.tsx';

export type { LiveDocument };

/** What is known of the suite. `lost` since an instant of this machine: the stream broke off and is opened again. */
export type Live =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly document: LiveDocument }
  | { readonly state: 'lost'; readonly document: LiveDocument | null; readonly since: number };

const LiveContext = createContext<Live>({ state: 'connecting' });

/** Holds the one stream of this page, in a rehearsal; the browser opens it again by itself when it breaks off. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [live, setLive] = useState<Live>({ state: 'connecting' });
  const isRehearsal = useSession()?.rehearsal ?? false;
  useEffect(() => {
    if (!isRehearsal) return undefined;
    let stream = new EventSource('/api/live');
    let again: ReturnType<typeof setTimeout> | undefined;
    const listen = () => {
      stream.addEventListener('live', ({ data }: MessageEvent<string>) =>
        setLive({ state: 'live', document: JSON.parse(data) as LiveDocument }),
      );
      stream.addEventListener('error', () => {
        setLive((before) => lostAfter(before));
        // After an answer that was no stream, a proxy's say, the browser gives up.
        if (stream.readyState !== EventSource.CLOSED) return;
        again = setTimeout(() => {
          stream = new EventSource('/api/live');
          listen();
        }, 3_000);
      });
    };
    listen();
    return () => {
      clearTimeout(again);
      stream.close();
    };
  }, [isRehearsal]);
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}

function lostAfter(before: Live): Live {
  if (before.state === 'lost') return before;
  return { state: 'lost', document: before.state === 'live' ? before.document : null, since: Date.now() };
}

export function useLive(): Live {
  return useContext(LiveContext);
}

/** The last document that came, if any. */
export function useLiveDocument(): LiveDocument | null {
  const live = useLive();
  return live.state === 'connecting' ? null : live.document;
}
