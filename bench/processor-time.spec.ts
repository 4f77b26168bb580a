import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { countProcessorTime, processorMs } from './processor-time.ts';

/** Keeps this process busy for so many milliseconds of its own processor time. */
function work(milliseconds: number): void {
  const begin = process.cpuUsage();
  for (let used = 0; used < milliseconds * 1_000;) {
    const { user, system } = process.cpuUsage(begin);
    used = user + system;
  }
}

test('what a process works is counted, its children with it', () => {
  const before = processorMs(process.pid);
  work(200);
  const between = processorMs(process.pid);
  expect(between - before).toBeGreaterThanOrEqual(180);
  execFileSync(process.execPath, ['-e', 'const end = Date.now() + 150; while (Date.now() < end);']);
  expect(processorMs(process.pid) - between).toBeGreaterThanOrEqual(30);
});

test('it is told a piece of work, and who used most comes first', () => {
  const used = countProcessorTime({ gone: undefined }, 'this');
  work(100);
  expect(used(10)).toMatch(/^this (\d+|\d+\.\d+) ms, gone 0 ms$/);
});

test('a process that is not there has used nothing', () => {
  expect(processorMs(2 ** 30)).toBe(0);
});
