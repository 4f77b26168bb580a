import { expect, test } from '@jest/globals';
import { reportPage } from './html.ts';
import type { Report } from './report.ts';

const bound = Date.UTC(2010, 8, 15, 22);

const run = { broken: [], bound, domains: { source: 'inpspec.gov.it', target: 'postacertificata.gov.it' } };

const report: Report = {
  cohort: { rows: 4, accepted: 3, rejected: 1, unchanged: 0 },
  moves: { planned: 3, announced: 3, completed: 2, lapsed: 1, refused: 0 },
  addresses: [
    {
      codiceFiscale: 'BNCNNA85T71F205P',
      from: 'bncnna85t71f205p@inpspec.gov.it',
      to: 'anna.bianchi@postacertificata.gov.it',
      state: 'completed',
      completedAt: '2010-08-10T22:30:00.000Z',
    },
    {
      codiceFiscale: 'RSSMRA80A01H501U',
      from: 'rssmra80a01h501u@inpspec.gov.it',
      to: '<script>alert("x")</script>&@postacertificata.gov.it',
      state: 'completed',
      completedAt: '2010-09-16T04:30:00.000Z',
    },
    {
      codiceFiscale: 'VRDGLI90E43Z112U',
      from: 'vrdgli90e43z112u@inpspec.gov.it',
      to: null,
      state: 'lapsed',
      completedAt: null,
    },
  ],
  sla: { worstHours: 12.5 },
  notices: { sent: 5, delivered: 5, failed: 0 },
  mail: { messages: 9, receipts: 27, withoutFinalReceipt: 0 },
  deadLetters: 0,
  trace: { entries: 120, treeSize: 120, rootHash: 'AbC+/=', verified: true },
  restarts: { identity: 0, mailbox: 2 },
  seconds: {},
};

test('the page shows who stands where and what the run did', () => {
  const page = reportPage(report, run);
  for (const words of [
    '<p class="good"><b>Tutte le promesse sono state mantenute.</b></p>',
    '<b>4</b>righe della coorte: 3 accettate, 1 scartate, 0 invariate',
    '<b>12,5</b>ore dalla conferma',
    '<td>BNCNNA85T71F205P</td><td>bncnna85t71f205p@inpspec.gov.it</td><td>anna.bianchi@postacertificata.gov.it</td><td>attivata</td><td>11/08/2010 00:30:00</td>',
    '<td>–</td><td>decaduta</td><td>–</td>',
    '<li>mailbox: riavviato 2 volte</li>',
    'aria-label="Caselle attivate nel tempo: 2 in tutto"',
    '120 voci',
    '<p>da @inpspec.gov.it a @postacertificata.gov.it</p>',
    'fine della finestra, 16/09/2010</text>',
    'font-size="12" fill="currentColor">11/08/2010</text>',
  ])
    expect(page).toContain(words);
  expect(page).not.toContain('identity: riavviato');
});

test('whatever people are called, nothing of it becomes part of the page', () => {
  const page = reportPage(report, { ...run, broken: ['<b>guasto</b> & "altro"'] });
  expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;@postacertificata.gov.it');
  expect(page).toContain('<li>&lt;b&gt;guasto&lt;/b&gt; &amp; &quot;altro&quot;</li>');
  expect(page).not.toMatch(/<script/i);
});

test('the page needs nothing from outside: no address, no script, no picture, no style sheet', () => {
  const page = reportPage(report, run);
  expect(page).not.toMatch(/https?:|\ssrc=|\shref=|url\(|@import|<link|<iframe/i);
});

test('an activation after the bound lies right of it on the curve, one before it left', () => {
  const page = reportPage(report, run);
  const line = Number(/<path d="M([\d.]+),10V200"/.exec(page)?.[1]);
  const steps = [...(/<path d="M[\d.]+,[\d.]+((?:H[\d.]+V[\d.]+)+)/.exec(page)?.[1] ?? '').matchAll(/H([\d.]+)V/g)];
  expect(steps).toHaveLength(2);
  expect(Number(steps[0]?.[1])).toBeLessThan(line);
  expect(Number(steps[1]?.[1])).toBeGreaterThan(line);
});

test('a run in which nobody moved and nothing fell says so', () => {
  const page = reportPage({ ...report, addresses: [], restarts: { identity: 0 } }, run);
  expect(page).toContain('Nessuna casella attivata.');
  expect(page).toContain('Nessun servizio è caduto.');
});
