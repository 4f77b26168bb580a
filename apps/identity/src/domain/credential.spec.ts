import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { credentialOf, isConfirmed, loginName } from './credential.ts';
import type { LoginStanding } from './credential.ts';

const given = parseInstant('2010-08-02T07:00:00Z');
const until = parseInstant('2010-09-15T22:00:00Z');
const inTime = parseInstant('2010-09-15T21:59:59.999Z');
const opened = { id: 'e', state: 'opened', until, generation: 2, keyId: 'k' } as const;
const enrolment = { ...opened, givenAt: given, passwordLost: false } as const;
const nothing: LoginStanding = { pin: null, passwordHash: null, enrolment: null };
const announced: LoginStanding = { ...nothing, enrolment };

describe('the secret that a name has to show', () => {
  // @rule FIRST-ACCESS-WINDOW
  test('the first-access password counts at the portal, from when it was given out until the bound', () => {
    const firstAccess = { kind: 'first-access', enrolment: 'e', generation: 2, keyId: 'k' };
    expect(credentialOf(announced, 'portal', given)).toEqual(firstAccess);
    expect(credentialOf(announced, 'portal', inTime)).toEqual(firstAccess);
    expect(credentialOf(announced, 'portal', until)).toEqual({ kind: 'none' });
    expect(credentialOf(announced, 'portal', parseInstant('2010-08-02T06:59:59.999Z'))).toEqual({ kind: 'none' });
  });

  test('one that was never given out counts nowhere', () => {
    const kept = { ...nothing, enrolment: { ...enrolment, givenAt: null } };
    expect(credentialOf(kept, 'portal', inTime)).toEqual({ kind: 'none' });
  });

  // @rule FIRST-ACCESS-PORTAL-ONLY
  test.each(['imap', 'pop3', 'smtp', 'submission'] as const)('it never opens a mailbox by %s', (door) => {
    expect(credentialOf(announced, door, inTime)).toEqual({ kind: 'none' });
  });

  // @rule FIRST-ACCESS-UNTIL-CHANGED
  test('it may be used again until a password was chosen, and never after', () => {
    const after = (state: 'signed-in' | 'password-changed' | 'confirmed' | 'voided') =>
      credentialOf({ ...nothing, enrolment: { ...enrolment, state } }, 'portal', inTime).kind;
    expect(after('signed-in')).toBe('first-access');
    expect(after('password-changed')).toBe('none');
    expect(after('confirmed')).toBe('none');
    expect(after('voided')).toBe('none');
  });

  test('a chosen password takes its place at every door', () => {
    const chosen = { ...announced, passwordHash: 'h' };
    expect(credentialOf(chosen, 'portal', inTime)).toEqual({ kind: 'password', hash: 'h' });
    expect(credentialOf(chosen, 'imap', until)).toEqual({ kind: 'password', hash: 'h' });
  });

  test('where the service has PINs it is the PIN: the first one until the holder has chosen', () => {
    const pin = { id: 'p', state: 'initial', hash: null, keyId: 'k' } as const;
    expect(credentialOf({ ...nothing, pin }, 'imap', inTime)).toEqual({
      kind: 'initial-pin',
      pin: 'p',
      keyId: 'k',
    });
    const personal = { id: 'p', state: 'personal', hash: 'h', keyId: 'k' } as const;
    expect(credentialOf({ ...nothing, pin: personal }, 'imap', inTime)).toEqual({ kind: 'personal-pin', hash: 'h' });
  });

  test('a chosen password opens a box only when the enrolment behind it was confirmed', () => {
    expect(isConfirmed({ ...nothing, enrolment: { ...enrolment, state: 'questions-set' } })).toBe(false);
    expect(isConfirmed({ ...nothing, enrolment: { ...enrolment, state: 'confirmed' } })).toBe(true);
  });
});

// @rule LOGIN-NAMES
describe('a name as it is typed', () => {
  test('is an address in lower case, or a codice fiscale in capitals as written', () => {
    expect(loginName(' Mario.Rossi@PostaCertificata.gov.IT ')).toEqual({
      kind: 'address',
      address: 'mario.rossi@postacertificata.gov.it',
    });
    expect(loginName('rssmra80a01h50mm')).toEqual({ kind: 'codice-fiscale', codiceFiscale: 'RSSMRA80A01H50MM' });
  });
});
