// Processes of a run are stopped for the moment in which the last changes are copied, and go on whatever happens.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { identify, isAlive, signal } from '@recapito/servers';
import type { ProcessIdentity } from '@recapito/servers';

/**
 * Does the work while the processes and all that they have started are stopped (SIGSTOP). They go on when it has ended, also
 * when this process is killed meanwhile: another one, which reads their ids from a pipe, lets them go on when the pipe
 * closes.
 * @returns what the work answered, and how long they were stopped, in milliseconds
 * @rule BACKUP-PAUSE-ENDS
 */
export async function whilePaused<Result>(
  processes: readonly ProcessIdentity[],
  work: () => Promise<Result>,
): Promise<{ result: Result; pausedMs: number }> {
  const waker = spawn(
    'sh',
    ['-c', 'all=; while read -r pid; do all="$all $pid"; done; kill -CONT $all 2>/dev/null; :'],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  );
  const awake = once(waker, 'exit');
  await once(waker, 'spawn');
  const note = (pid: number) =>
    new Promise<void>((resolve, reject) => {
      waker.stdin.write(`${pid}\n`, (error) => (error ? reject(error) : resolve()));
    });
  const from = performance.now();
  try {
    await stopAll(processes, note);
    const result = await work();
    return { result, pausedMs: performance.now() - from };
  } finally {
    waker.stdin.end();
    await awake;
  }
}

/** Stops parents before their children, so that nobody starts a new one meanwhile. */
async function stopAll(processes: readonly ProcessIdentity[], note: (pid: number) => Promise<void>): Promise<void> {
  const stopped = new Set<number>();
  for (let found = processes.filter(isAlive); found.length > 0; found = childrenOf(stopped)) {
    for (const each of found) {
      await note(each.pid);
      signal(each, 'SIGSTOP');
      stopped.add(each.pid);
    }
    for (const { pid } of found) while (!hasStopped(pid)) await pause(1);
  }
}

/** Whether every thread of a process has stopped, or the process is gone: the signal takes effect a little later. */
function hasStopped(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) =>
      ['T', 't', 'Z', 'X'].includes(statOf(`${pid}/task/${thread}`)[0] ?? 'X'),
    );
  } catch {
    return true;
  }
}

/** The children of these processes that are not among them. */
function childrenOf(parents: ReadonlySet<number>): ProcessIdentity[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && !parents.has(pid) && parents.has(parentOf(pid)))
    .flatMap((pid) => identify(pid) ?? []);
}

function parentOf(pid: number): number {
  return Number(statOf(String(pid))[1] ?? 0);
}

/** What the kernel says of a process or thread, from its state on; nothing of one that is gone. */
function statOf(place: string): string[] {
  try {
    const stat = readFileSync(`/proc/${place}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
