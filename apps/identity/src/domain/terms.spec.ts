import { describe, expect, test } from '@jest/globals';
import { judgeAcceptance } from './terms.ts';
import type { TermsText } from './terms.ts';

const text = (document: string, language: 'it' | 'en', version = '2010-08-01'): TermsText => ({
  document,
  version,
  language,
  sha256: `${document}-${language}`,
});
const contractIt = text('contratto', 'it');
const contractEn = text('contratto', 'en');
const noticeIt = text('informativa-privacy', 'it');
const noticeEn = text('informativa-privacy', 'en');
const inForce = [contractIt, contractEn, noticeIt, noticeEn];

// @rule TERMS-EVIDENCE
describe('accepting contract and privacy notice', () => {
  test('one text of each document, in either language, is kept as it was read', () => {
    expect(judgeAcceptance(inForce, [noticeEn, contractIt])).toEqual([contractIt, noticeEn]);
  });

  test('a hash in capitals is the same hash', () => {
    const accepted = [contractIt, noticeIt].map((each) => ({ ...each, sha256: each.sha256.toUpperCase() }));
    const lower = inForce.map((each) => ({ ...each, sha256: each.sha256.toLowerCase() }));
    expect(judgeAcceptance(lower, accepted)).toHaveLength(2);
  });

  test.each([
    ['another version', [{ ...contractIt, version: '2010-07-01' }, noticeIt], 'terms/other-text'],
    ['another text', [{ ...contractIt, sha256: 'qualcosa' }, noticeIt], 'terms/other-text'],
    ['a document nobody asked about', [contractIt, noticeIt, text('cookie', 'it')], 'terms/other-text'],
    ['one document only', [contractIt], 'terms/missing'],
    ['the same document in both languages', [contractIt, contractEn], 'terms/missing'],
    ['nothing', [], 'terms/missing'],
  ] as const)('%s is refused', (_, accepted, code) => {
    expect(judgeAcceptance(inForce, accepted)).toMatchObject({ refused: code, rule: 'TERMS-EVIDENCE' });
  });
});
