import { readdirSync } from 'node:fs';

/** What a process holds at a moment. */
export interface Held {
  /** Seconds since the begin of the soak. */
  readonly at: number;
  /** The heap after a collection, in bytes. */
  readonly heap: number;
  /** Open files and sockets, by the kernel. */
  readonly handles: number;
}

interface Reply {
  readonly id: number;
  readonly result?: { readonly usedSize?: number };
  readonly error?: { readonly message: string };
}

/** Has a process collect its garbage by the inspector of Node, and looks at what is left. */
export async function heldBy(inspector: number, pid: number, at: number): Promise<Held> {
  const response = await fetch(`http://127.0.0.1:${inspector}/json/list`);
  const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
  if (target === undefined) throw new Error('the process has nothing to look into');
  const session = new WebSocket(target.webSocketDebuggerUrl);
  try {
    await new Promise((resolve, reject) => {
      session.addEventListener('open', resolve);
      session.addEventListener('error', () => reject(new Error('the inspector does not answer')));
    });
    await asked(session, 1, 'HeapProfiler.collectGarbage');
    const { usedSize = Number.NaN } = await asked(session, 2, 'Runtime.getHeapUsage');
    return { at, heap: usedSize, handles: readdirSync(`/proc/${pid}/fd`).length };
  } finally {
    session.close();
  }
}

async function asked(session: WebSocket, id: number, method: string): Promise<NonNullable<Reply['result']>> {
  return new Promise((resolve, reject) => {
    session.addEventListener('message', ({ data }) => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id !== id) return;
      if (reply.error) reject(new Error(reply.error.message));
      else resolve(reply.result ?? {});
    });
    session.send(JSON.stringify({ id, method }));
  });
}
