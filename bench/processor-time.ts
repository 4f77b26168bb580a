import { readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second, on every platform that Node runs on. */
const msATick = 10;

/** Processor time of a process since its start, its own and the system's for it, in milliseconds; 0 when it is gone. */
export function processorMs(pid: number): number {
  try {
    // The name stands in parentheses and may hold anything; the fields are counted from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * msATick;
  } catch {
    return 0;
  }
}

/** A process and all that descend from it, as PostgreSQL's backends from their master. */
export function familyMs(pid: number): number {
  return processorMs(pid) + childrenOf(pid).reduce((sum, child) => sum + familyMs(child), 0) + gone(pid);
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** What children have used that have ended and were waited for. */
function gone(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[13]) + Number(fields[14])) * msATick;
  } catch {
    return 0;
  }
}
