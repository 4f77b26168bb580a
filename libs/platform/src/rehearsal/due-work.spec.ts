import { expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { DueWork } from './due-work.ts';

test('the earliest of all deadlines is due, and nothing when nobody has one', async () => {
  const dueWork = new DueWork();
  expect(await dueWork.earliestDue()).toBeNull();
  dueWork.register(() => Promise.resolve(null));
  expect(await dueWork.earliestDue()).toBeNull();
  dueWork.register(() => Promise.resolve(instant(300)));
  dueWork.register(() => Promise.resolve(instant(200)));
  expect(await dueWork.earliestDue()).toBe(200);
});

test('work counts while it lasts, and no longer when it fails', async () => {
  const dueWork = new DueWork();
  const done = Promise.withResolvers<void>();
  const working = dueWork.during(() => done.promise);
  expect(dueWork.inWork).toBe(1);
  done.reject(new Error('failed'));
  await expect(working).rejects.toThrow('failed');
  expect(dueWork.inWork).toBe(0);
});

test('the figures of all who count are told together', async () => {
  const dueWork = new DueWork();
  dueWork.count(() => ({ 'jobs.done': 3 }));
  dueWork.count(() => Promise.resolve({ 'letters.sent': 1 }));
  expect(await dueWork.counters()).toEqual({ 'jobs.done': 3, 'letters.sent': 1 });
});

test('how far all readers are behind is told together; one that cannot ask counts as behind', async () => {
  const dueWork = new DueWork();
  expect([dueWork.knownLag(), await dueWork.askedLag()]).toEqual([0, 0]);
  dueWork.reads({ known: () => 2, asked: () => Promise.resolve(5) });
  dueWork.reads({ known: () => 0, asked: () => Promise.reject(new Error('the broker is away')) });
  expect([dueWork.knownLag(), await dueWork.askedLag()]).toEqual([2, 6]);
});
