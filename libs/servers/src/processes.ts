// What the kernel says of a process. A pid alone is no identity, for pids are used again: pid and start time together are.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** One process for ever: `startTime` is the kernel's, in clock ticks since the machine came up. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: number;
}

/** The identity of the process that has this pid now; undefined when there is none, or it is dead and only waits to be reaped. */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the command's name in parentheses and may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], Number(fields[19])];
  return state === 'Z' || state === 'X' ? undefined : { pid, startTime };
}

/** Whether that very process, and not a later one with the same pid, still runs. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}

/** Sends a signal to that very process; false when it is gone. */
export function signal(target: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(target)) return false;
  try {
    return process.kill(target.pid, name);
  } catch {
    return false;
  }
}

/** Whether the process `pid` itself listens on TCP `port`: another server on the port would answer just as happily. */
export function listens(pid: number, port: number): boolean {
  const sockets = listeningSockets(port);
  if (sockets.size === 0) return false;
  let descriptors: string[];
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return false;
  }
  return descriptors.some((descriptor) => {
    try {
      return sockets.has(readlinkSync(`/proc/${pid}/fd/${descriptor}`));
    } catch {
      return false;
    }
  });
}

/** `socket:[INODE]` of all sockets that listen on the port, IPv4 and IPv6. */
function listeningSockets(port: number): Set<string> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const found = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let lines: string[];
    try {
      lines = readFileSync(table, 'utf8').split('\n');
    } catch {
      continue;
    }
    for (const line of lines) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === '0A' && local?.endsWith(`:${hexPort}`)) found.add(`socket:[${inode}]`);
    }
  }
  return found;
}
