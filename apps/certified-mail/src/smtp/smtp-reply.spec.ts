import { describe, expect, test } from '@jest/globals';
import { refuse } from '@recapito/primitives';
import { rejectionOf } from '../domain/rejected-recipient.ts';
import { refusedReply } from './smtp-reply.ts';

const words = { it: 'La prova è rifiutata.', en: 'The trial is refused.' };

describe('what a refusal is over SMTP', () => {
  test.each([
    ['submission/unreadable', 554, '5.6.0'],
    ['submission/too-much-said', 554, '5.6.0'],
    ['submission/not-certifiable', 554, '5.6.0'],
    ['submission/sender-unnamed', 553, '5.1.7'],
    ['submission/sender-not-yours', 550, '5.7.1'],
    ['submission/daily-limit', 550, '5.7.1'],
    ['mailbox/closed-by-calendar', 550, '5.7.1'],
    ['sending/held', 450, '4.7.1'],
    ['address/malformed', 553, '5.1.3'],
    ['incoming/malformed', 554, '5.6.0'],
    ['daticert/not-xml', 554, '5.6.0'],
    ['incoming/infected', 554, '5.7.1'],
    ['signature/absent', 554, '5.7.1'],
    ['signature/altered', 554, '5.7.1'],
    ['signature/expired', 550, '5.7.1'],
    ['incoming/box-takes-none', 550, '5.7.1'],
    ['receipt/not-for-this-box', 550, '5.7.1'],
  ] as const)('%s: %i %s', (code, responseCode, enhanced) => {
    const reply = refusedReply(refuse(code, 'A-RULE', words));
    expect(reply.responseCode).toBe(responseCode);
    expect(reply.message).toBe(`${enhanced} La prova e' rifiutata. (A-RULE)`);
  });
});

describe('what a refusal of an incoming point of ours is to another provider of the installation', () => {
  test.each([
    ['incoming/malformed', '5.6.0'],
    ['daticert/contradiction', '5.6.0'],
    ['signature/revoked', '5.7.1'],
    ['incoming/not-ours', '5.7.1'],
  ] as const)('%s: %s, as over SMTP', (code, status) => {
    expect(rejectionOf(refuse(code, 'A-RULE', words)).status).toBe(status);
  });
});
