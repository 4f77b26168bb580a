import { beforeAll, describe, expect, test } from '@jest/globals';
import { isRefusal } from '@recapito/primitives';
import { at, message, postacert, sender, submitted, twoProviders } from '../test/example.ts';
import { judgeIncoming, seal, transportEnvelope } from './index.ts';

let providers: Awaited<ReturnType<typeof twoProviders>>;
let envelope: string;

beforeAll(async () => {
  providers = await twoProviders();
  const built = transportEnvelope(message, { provider: sender, at }, postacert());
  envelope = (await seal(built, providers.signers.sender)).toString('latin1');
});

function judged(text: string): string {
  const verdict = judgeIncoming(Buffer.from(text, 'latin1'), message.mittente, providers.known, at);
  if (isRefusal(verdict)) return verdict.refused;
  if (verdict.kind !== 'anomalous') return verdict.kind;
  return `${verdict.why.refused} ${String(verdict.why.details?.['where'] ?? '')}`.trim();
}

const date = /^Date: .*/m;

// @rule INCOMING-AGREES
test.each([
  ['the day after it was signed', date, 'Date: Tue, 15 Jul 2014 09:30:14 +0200 (CEST)', 'envelope'],
  ['years ago, where clients put it below all others', date, 'Date: Mon, 14 Jul 2008 09:30:15 +0200', 'disagrees Date'],
  ['a day that is none', date, 'Date: domani', 'disagrees Date'],
  [
    'its day, with a boundary that some readers find in a comment',
    'boundary=',
    'boundary(x)="altro"; boundary=',
    'disagrees Content-Type',
  ],
])('an envelope whose outer header is of %s: %#', (_, was, is, verdict) => {
  expect(judged(envelope.replace(was, is)).replace('incoming/', '')).toBe(verdict);
});

// @rule INCOMING-AGREES
test('an envelope with a quarter of a megabyte of parameters is judged at once', () => {
  const long = envelope.replace('boundary=', `x=1${';boundary*'.repeat(20_000)};boundary=`);
  const before = process.cpuUsage();
  expect(judged(long)).toBe('incoming/disagrees Content-Type');
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
});

// @rule INCOMING-AGREES
test('an envelope may bear the Date of its original', async () => {
  const written = 'Date: Fri, 11 Jul 2014 08:00:00 +0200';
  const built = transportEnvelope(message, { provider: sender, at }, postacert(`${written}\r\n${submitted}`));
  const sealed = (await seal(built, providers.signers.sender)).toString('latin1');
  expect(judged(sealed.replace(date, written))).toBe('envelope');
  expect(judged(sealed.replace(date, written.replace('11', '10')))).toBe('incoming/disagrees Date');
});

/** The same message with what stands around its parts changed, which no signature covers. */
function around(text: string, change: (parts: { first: string; last: string; signature: string }) => string): string {
  const [, boundary = ''] = /boundary="([^"]*)"/.exec(text) ?? [];
  const [header = '', first = '', last = '', end = ''] = text.split(`--${boundary}`);
  const changed = change({ first: `--${boundary}${first}`, last: `--${boundary}`, signature: last });
  return header + changed + end;
}

// @rule INCOMING-AGREES
describe('an envelope around whose parts', () => {
  const attackers = 'Content-Type: text/plain\r\n\r\nCambi la password\r\n';
  test.each([
    ['stands nothing', '', 'envelope'],
    ['stands a text for old readers', 'This is an S/MIME signed message\r\n\r\n', 'envelope'],
    [
      'stands a part behind a line that begins with the boundary',
      `--BOUNDARYx\r\n${attackers}`,
      'incoming/disagrees boundary',
    ],
    ['stands a part behind a line that ends by CR', `x\r--BOUNDARY\r${attackers}`, 'incoming/disagrees boundary'],
  ])('%s', (_, preamble, verdict) => {
    const text = around(envelope, ({ first, last, signature }) => {
      return preamble.replace('BOUNDARY', last.slice(2)) + first + last + signature + last;
    });
    expect(judged(text)).toBe(verdict);
  });

  test('has a boundary that some readers cut is anomalous', () => {
    const [, boundary = ''] = /boundary="([^"]*)"/.exec(envelope) ?? [];
    const long = envelope.replaceAll(boundary, 'a'.repeat(71));
    expect(judged(long)).toBe('incoming/disagrees Content-Type');
    expect(judged(envelope.replaceAll(boundary, 'a'.repeat(70)))).toBe('envelope');
  });

  test.each([
    ['has another name', (s: string) => s.replaceAll('smime.p7s', 'istruzioni.html')],
    [
      'has a second name',
      (s: string) =>
        s.replace('Content-Disposition: ', "Content-Disposition: x; filename*=''a.html\r\nContent-Disposition: "),
    ],
    ['has a field of a message', (s: string) => s.replace('Content-Type', 'Subject: Urgente\r\nContent-Type')],
  ])('the signature %s is anomalous', (_, change) => {
    const text = around(envelope, ({ first, last, signature }) => first + last + change(signature) + last);
    expect(judged(text)).toBe('incoming/disagrees signature');
  });
});
