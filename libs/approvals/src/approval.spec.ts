import { describe, expect, test } from '@jest/globals';
import { after, parseInstant } from '@recapito/primitives';
import { judgeApproval } from './approval.ts';
import { fingerprintOf } from './fingerprint.ts';

const morning = parseInstant('2010-08-02T07:00:00Z');
const fingerprint = fingerprintOf('open-campaign', { campaign: 'inps-2010', cohort: 1 });
const asked = { by: 'maria.bianchi', fingerprint, state: '1', until: after(morning, 1_000), isUsed: false };
const given = {
  approver: 'luca.neri',
  may: { asker: true, approver: true },
  fingerprint: fingerprintOf('open-campaign', { cohort: 1, campaign: 'inps-2010' }),
  state: '1',
  at: morning,
};

describe('an approval', () => {
  test('of a second person who may, in the same words and state, lets the act be done', () => {
    expect(judgeApproval(asked, given)).toBeNull();
    expect(judgeApproval(asked, { ...given, at: after(morning, 999) })).toBeNull();
  });

  // @rule APPROVAL-TWO-PERSONS
  test('of the same person does not count', () => {
    expect(judgeApproval(asked, { ...given, approver: 'maria.bianchi' })?.refused).toBe('approval/same-person');
  });

  // @rule APPROVAL-TWO-PERSONS
  test('does not count when one of the two may no longer do the act, and names who', () => {
    const withoutAsker = judgeApproval(asked, { ...given, may: { asker: false, approver: true } });
    const withoutApprover = judgeApproval(asked, { ...given, may: { asker: true, approver: false } });
    expect([withoutAsker?.refused, withoutApprover?.refused]).toEqual(['approval/person-gone', 'approval/person-gone']);
    expect(withoutAsker?.words.en).toMatch(/^maria\.bianchi is no longer/);
    expect(withoutApprover?.words.en).toMatch(/^luca\.neri is no longer/);
  });

  // @rule APPROVAL-ONCE
  test.each([
    ['that was used', { ...asked, isUsed: true }, given, 'approval/used'],
    ['at the instant at which it expires', asked, { ...given, at: asked.until }, 'approval/expired'],
    [
      'that was asked for another act',
      asked,
      { ...given, fingerprint: fingerprintOf('open-campaign', { campaign: 'other', cohort: 1 }) },
      'approval/another-act',
    ],
    ['of something that has changed since', asked, { ...given, state: '2' }, 'approval/outdated'],
    ['that nobody asked for', undefined, given, 'approval/unknown'],
  ])('%s does not count', (_, request, word, code) => {
    expect(judgeApproval(request, word)?.refused).toBe(code);
  });
});
