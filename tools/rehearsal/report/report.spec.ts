import { expect, test } from '@jest/globals';
import { brokenPromises } from './report.ts';
import type { Report } from './report.ts';

const kept: Report = {
  cohort: { rows: 5, accepted: 3, rejected: 1, unchanged: 1 },
  moves: { planned: 3, announced: 2, completed: 1, lapsed: 1, refused: 1 },
  addresses: [],
  sla: { worstHours: 6.5 },
  notices: { sent: 3, delivered: 3, failed: 0 },
  mail: { messages: 4, receipts: 12, withoutFinalReceipt: 0 },
  deadLetters: 0,
  trace: { entries: 90, treeSize: 90, rootHash: 'radice', verified: true },
  restarts: { identity: 2 },
  seconds: { campaign: 12 },
};

test('a run that kept its promises has nothing to confess, however often a service was started again', () => {
  expect(brokenPromises(kept, 0)).toEqual([]);
});

test.each([
  ['rows of the cohort that are nowhere', { cohort: { ...kept.cohort, rows: 6 } }, /righe della coorte non tornano/],
  ['a move without an end', { moves: { ...kept.moves, planned: 4 } }, /^1 migrazioni non hanno avuto un esito/],
  ['a certified recipient without an outcome', { mail: { ...kept.mail, withoutFinalReceipt: 2 } }, /^2 destinatari/],
  ['a notice that did not arrive', { notices: { ...kept.notices, failed: 1 } }, /^1 avvisi certificati/],
  ['a record that nobody has decided about', { deadLetters: 1 }, /^1 messaggi tra servizi/],
  ['a trace that does not hold', { trace: { ...kept.trace, verified: false } }, /non supera la verifica/],
])('%s is one broken promise, in words', (_, change, words) => {
  const broken = brokenPromises({ ...kept, ...change }, 0);
  expect(broken).toHaveLength(1);
  expect(broken[0]).toMatch(words);
});

test('a box that came later than a day is a broken promise', () => {
  expect(brokenPromises(kept, 2)).toEqual(['2 caselle attivate oltre le 24 ore dalla conferma']);
});
