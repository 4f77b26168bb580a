import { describe, expect, test } from '@jest/globals';
import { formalChecks, readOriginal } from './index.ts';

const limits = { bytesTimesRecipients: 1000, recipients: 3 };
const good = 'From: Mario <Mario@d.example>\r\nTo: a@p.example\r\nCc: b@p.example\r\nBcc:\r\n\r\ntesto\r\n';

interface Dialog {
  readonly from?: string;
  readonly to?: string[];
}

function refusalsOf(text: string, { from = 'mario@d.example', to = ['a@p.example', 'b@p.example'] }: Dialog = {}) {
  const original = readOriginal(Buffer.from(text, 'latin1'));
  if (!original) throw new Error('the message was not read');
  return formalChecks({ reversePath: from, forwardPath: to, original }, limits);
}

function rulesBroken(text: string, dialog?: Dialog): string[] {
  return refusalsOf(text, dialog).map(({ rule }) => rule);
}

describe('the access point (RFC 6109 section 3.1.1)', () => {
  test('admits a message whose header and dialog agree, whatever the case of its addresses', () => {
    expect(rulesBroken(good)).toEqual([]);
  });

  test.each([
    ['no From', good.replace(/From: .*\r\n/, ''), ['RFC6109-3.1.1-1']],
    ['a From without an address', good.replace(/From: .*\r\n/, 'From: Mario\r\n'), ['RFC6109-3.1.1-1']],
    ['two From', `From: mario@d.example\r\n${good}`, ['RFC6109-3.1.1-1']],
    [
      'two addresses in From',
      good.replace(/From: .*\r\n/, 'From: mario@d.example, x@d.example\r\n'),
      ['RFC6109-3.1.1-1'],
    ],
    ['a To without an address', good.replace('To: a@p.example', 'To: Comune, a@p.example'), ['RFC6109-3.1.1-2']],
    ['another From than the sender', good.replace('Mario@d.example', 'x@d.example'), ['RFC6109-3.1.1-3']],
    ['a blind copy', good.replace('Bcc:', 'Bcc: c@p.example'), ['RFC6109-3.1.1-5']],
    ['a line that is no field', good.replace('Bcc:', 'niente\r\nBcc:'), ['SUBMISSION-HEADER']],
    ['a NUL byte', good.replace('testo', 'te\0sto'), ['SUBMISSION-HEADER']],
  ])('refuses %s', (_, text, rules) => {
    expect(rulesBroken(text)).toEqual(rules);
  });

  test('refuses a message without To, and names who is then hidden', () => {
    expect(rulesBroken(good.replace('To: a@p.example\r\n', ''))).toEqual(['RFC6109-3.1.1-2', 'RFC6109-3.1.1-4']);
  });

  test('refuses a recipient that stands neither in To nor in Cc', () => {
    expect(rulesBroken(good, { to: ['a@p.example', 'c@p.example'] })).toEqual(['RFC6109-3.1.1-4']);
  });

  test('names twenty of those that are hidden, and counts the others', () => {
    const to = Array.from({ length: 23 }, (_, nth) => `h${nth}@p.example`);
    const [refusal] = refusalsOf(good, { to });
    expect(refusal?.words.it).toMatch(/: h0@p\.example, .*h19@p\.example e altri 3; /);
    expect(refusal?.words.en).toMatch(/h19@p\.example and 3 more; /);
  });

  test('refuses a dialog that leaves out an address of To or Cc, and names it', () => {
    const [refusal, ...others] = refusalsOf(good, { to: ['a@p.example'] });
    expect(others).toEqual([]);
    expect(refusal).toMatchObject({
      rule: 'RFC6109-3.1.1-4',
      words: { it: 'indirizzi di To e Cc a cui il messaggio non è stato inviato: b@p.example' },
    });
  });

  test('takes one address that stands twice, in To and in Cc or in the dialog, for one', () => {
    expect(rulesBroken(good.replace('b@p.example', 'b@p.example, A@P.example'))).toEqual([]);
    expect(rulesBroken(good, { to: ['b@p.example', 'a@p.example', 'a@p.example'] })).toEqual([]);
  });

  test('counts size by recipients: 500 bytes pass twice and fail three times', () => {
    const text = good.replace('testo', 'x'.repeat(500 - good.length + 5));
    expect(text).toHaveLength(500);
    expect(rulesBroken(text)).toEqual([]);
    expect(
      rulesBroken(text.replace('b@p.example', 'b@p.example, c@p.example').replace(/x{13}/, ''), {
        to: ['a@p.example', 'b@p.example', 'c@p.example'],
      }),
    ).toEqual(['RFC6109-3.1.1-6']);
  });

  test('refuses more recipients than the programme admits', () => {
    const names = ['a@p.example', 'b@p.example', 'c@p.example', 'd@p.example'];
    expect(rulesBroken(good.replace('To: a@p.example', `To: ${names.join(', ')}`), { to: names })).toEqual([
      'SUBMISSION-RECIPIENTS',
    ]);
  });

  test('tells every fault, in the order of the rules', () => {
    expect(rulesBroken('Bcc: c@p.example\r\n\r\n', { to: ['c@p.example'] })).toEqual([
      'RFC6109-3.1.1-1',
      'RFC6109-3.1.1-2',
      'RFC6109-3.1.1-4',
      'RFC6109-3.1.1-5',
    ]);
  });
});
