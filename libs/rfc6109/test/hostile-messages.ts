// Reads hostile messages of 40 MiB, one after the other, and prints as JSON what each was taken for and by how many MiB
// the process grew at its highest. Run by a spec as a process of its own: nothing else may count.
import { readFileSync } from 'node:fs';
import { fillWithMalice, hostileShapes } from './hostile-mail.ts';
import { readMessage } from '../src/index.ts';

const megabyte = 1024 * 1024;
const size = 40 * megabyte;

/** All messages in turn lie in the same bytes: what was there before and is not collected yet would count too. */
const bytes = Buffer.alloc(size, 1);
const before = process.memoryUsage.rss() / megabyte;
const read: Record<string, string> = {};
let slowestSeconds = 0;
for (const name of hostileShapes) {
  fillWithMalice(bytes, name);
  const from = process.cpuUsage();
  read[name] = readMessage(bytes).kind;
  const { user, system } = process.cpuUsage(from);
  slowestSeconds = Math.max(slowestSeconds, (user + system) / 1e6);
}
const grownMebibytes = Math.round(highestRss() - before);
process.stdout.write(JSON.stringify({ read, grownMebibytes, slowestSeconds }));

/** In MiB. From the kernel's own figures: `resourceUsage().maxRSS` begins with the memory of the process that started this one. */
function highestRss(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) / 1024;
}
