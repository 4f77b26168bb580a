import { readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second, on every platform that Node runs on. */
const msATick = 10;

/** Reads so many processes by their names; a process that does not run at this moment has none. */
export type Processes = Readonly<Record<string, number | undefined>>;

/**
 * Processor time of a process with all that descend from it, living and dead, in milliseconds since its start: its own
 * and the system's for it. 0 when it is gone.
 */
export function processorMs(pid: number): number {
  const own = statOf(pid);
  return own + childrenOf(pid).reduce((sum, child) => sum + processorMs(child), 0);
}

/**
 * Begins to count what processes use, and this one by itself, whatever else goes on at the machine.
 * @param here what this process is called
 * @returns a function that tells what each has used since, most first, for each of so many pieces of work.
 */
export function countProcessorTime(processes: Processes, here: string): (pieces: number) => string {
  const read = () => [
    ...Object.entries(processes).map(([name, pid]) => [name, pid === undefined ? 0 : processorMs(pid)] as const),
    [here, ownMs()] as const,
  ];
  const before = new Map(read());
  return (pieces) =>
    read()
      .map(([name, ms]) => [name, (ms - (before.get(name) ?? 0)) / pieces] as const)
      .toSorted(([, one], [, other]) => other - one)
      .map(([name, ms]) => `${name} ${Number(ms.toPrecision(3))} ms`)
      .join(', ');
}

/** Without children, who are the servers of a benchmark. */
function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** utime, stime and those of children that were waited for: fields 14 to 17 of proc_pid_stat(5). */
function statOf(pid: number): number {
  try {
    // The name stands in parentheses and may hold anything; the fields are counted from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * msATick;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}
