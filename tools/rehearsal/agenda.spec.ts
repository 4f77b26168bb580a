import { expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import { Agenda } from './agenda.ts';

test('an empty agenda has nothing next and nothing to take', () => {
  const agenda = new Agenda();
  expect(agenda.next).toBeNull();
  expect(agenda.take(instant(1))).toEqual([]);
});

test('the earliest instant comes next, however the appointments were made', () => {
  const agenda = new Agenda();
  for (const at of [300, 100, 200]) agenda.add({ at: instant(at), act: () => Promise.resolve() });
  expect(agenda.next).toBe(100);
  agenda.take(instant(100));
  expect(agenda.next).toBe(200);
});

test('what is taken for an instant comes in the order in which it was made, once', async () => {
  const agenda = new Agenda();
  const done: string[] = [];
  const does = (what: string) => () => Promise.resolve(void done.push(what));
  agenda.add({ at: instant(5), act: does('first') });
  agenda.add({ at: instant(9), act: does('later') });
  agenda.add({ at: instant(5), act: does('second') });
  for (const act of agenda.take(instant(5))) await act();
  expect(done).toEqual(['first', 'second']);
  expect(agenda.take(instant(5))).toEqual([]);
  expect(agenda.next).toBe(9);
});
