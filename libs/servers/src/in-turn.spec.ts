import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inTurn } from './in-turn.mjs';

const subject = `spec ${process.pid}`;

test('work on the same subject never overlaps, and what it answers or throws comes back', async () => {
  let [atWork, most] = [0, 0];
  const work = (nth: number) => async () => {
    most = Math.max(most, ++atWork);
    await new Promise((resolve) => setTimeout(resolve, 5));
    atWork -= 1;
    if (nth === 3) throw new Error('the third fails');
    return nth;
  };
  const done = await Promise.allSettled([1, 2, 3, 4].map((nth) => inTurn(subject, work(nth))));
  expect(most).toBe(1);
  expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});

test('another subject is another turn', async () => {
  expect(await inTurn(subject, () => inTurn(`another ${subject}`, () => Promise.resolve('both')))).toBe('both');
});

test('whoever is killed in the middle of it holds nobody up', async () => {
  const program = `import { inTurn } from ${JSON.stringify(join(import.meta.dirname, 'in-turn.mjs'))};
    await inTurn(${JSON.stringify(subject)}, () => new Promise(() => { console.log('mine'); setInterval(() => {}, 1000); }));`;
  const other = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(other.stdout, 'data');
  let waited = 0;
  const ours = inTurn(
    subject,
    () => Promise.resolve('ours'),
    () => {
      waited += 1;
      if (waited === 2) other.kill('SIGKILL');
    },
  );
  expect(await ours).toBe('ours');
  expect(waited).toBeGreaterThanOrEqual(2);
});
