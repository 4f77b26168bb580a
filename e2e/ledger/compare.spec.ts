import { describe, expect, test } from '@jest/globals';
import type { SentLetter } from './client-watch.ts';
import { differences } from './compare.ts';
import type { Seen } from './compare.ts';
import type { StoredMessage, WhatIsThere } from './what-is-there.ts';

const [sender, recipient] = ['mario@inpspec.gov.it', 'protocollo@pec.comune.borgovento.example'];
const messageId = '<1@casa.example>';
const identificativo = 'pec1.1@inpspec.gov.it';

const letter: SentLetter = { messageId, sender, recipient, acceptedAs: [identificativo], refused: [] };

const stored = (kind: string, box: string, id: string): StoredMessage => ({
  box,
  messageId: id,
  kind,
  about: messageId,
  text: `Subject: ${kind}\n\nTesto ${id}\n`,
});

/** One letter, its way to its end, and one confirmation, of which nothing is lost and nothing doubled. */
function whole(): { seen: Seen; there: WhatIsThere } {
  const read = [{ box: recipient, bytes: Buffer.from('Subject: posta-certificata\r\n\r\nTesto <a>\r\n') }];
  const facts = ['certified-mail.messages.v1 1', 'identity.holders.v1 2'];
  return {
    seen: { letters: new Map([[messageId, letter]]), confirmed: new Set(['enrolment']), read },
    there: {
      submissions: [
        {
          identificativo,
          messageId,
          sender,
          state: 'concluded',
          recipients: [{ address: recipient, state: 'delivered' }],
        },
      ],
      confirmedEnrolments: ['enrolment'],
      told: [...facts, 'audit-log.checkpoints.v1 3'],
      published: [...facts, ...facts, 'audit-log.checkpoints.v1 3', 'suite.clock.v1 4'],
      traced: facts,
      traceFaults: [],
      stored: [
        stored('posta-certificata', recipient, '<a>'),
        stored('accettazione', sender, '<b>'),
        stored('avvenuta-consegna', sender, '<c>'),
      ],
    },
  };
}

const found = (change: (there: WhatIsThere, seen: Seen) => Partial<WhatIsThere>): string[] => {
  const { seen, there } = whole();
  return differences(seen, { ...there, ...change(there, seen) });
};

test('nothing is found where nothing is lost and nothing doubled: a record that was published again is the same fact', () => {
  expect(found(() => ({}))).toEqual([]);
});

describe('what was lost or doubled is found', () => {
  test.each<[string, (there: WhatIsThere) => Partial<WhatIsThere>, string]>([
    ['a letter that no table has', () => ({ submissions: [] }), `${messageId} was accepted and is in no table`],
    [
      'a letter that stands there twice',
      ({ submissions }) => ({ submissions: [...submissions, ...submissions] }),
      `${messageId} stands 2 times in the tables`,
    ],
    [
      'a letter under another id than its client was told',
      ({ submissions }) => ({ submissions: submissions.map((row) => ({ ...row, identificativo: 'other' })) }),
      `${messageId} was accepted as ${identificativo} and other`,
    ],
    [
      'a letter that no client has sent',
      ({ submissions }) => ({
        submissions: [...submissions, ...submissions.map((row) => ({ ...row, messageId: '<2@casa.example>' }))],
      }),
      `${sender} has sent <2@casa.example>, of which no client knows`,
    ],
    [
      'a recipient without the right end',
      ({ submissions }) => ({
        submissions: submissions.map((row) => ({ ...row, recipients: [{ address: recipient, state: 'timed-out' }] })),
      }),
      `${identificativo} to ${recipient} ended as timed-out`,
    ],
    [
      'an envelope that is in no box',
      ({ stored: messages }) => ({ stored: messages.map((message) => ({ ...message, box: `x${message.box}` })) }),
      `posta-certificata of ${messageId} lies 0 times in ${recipient}`,
    ],
    [
      'a receipt that came twice',
      ({ stored: messages }) => ({ stored: [...messages, stored('accettazione', sender, '<d>')] }),
      `accettazione of ${messageId} lies 2 times in ${sender}`,
    ],
    [
      'the same message twice in a box',
      ({ stored: messages }) => ({ stored: [...messages, ...messages.slice(1, 2)] }),
      `<b> lies twice in ${sender}`,
    ],
    [
      'a message that was read and is not there as it was',
      ({ stored: messages }) => ({
        stored: messages.map((message) => ({ ...message, text: message.text.replace('T', 't') })),
      }),
      `a message of 41 bytes that was read in ${recipient} is not there`,
    ],
    ['a confirmation', () => ({ confirmedEnrolments: [] }), 'the confirmation of enrolment is lost'],
    [
      'a confirmation of which nobody was told',
      () => ({ confirmedEnrolments: ['enrolment', 'other'] }),
      'nobody was told that the confirmation of other is made',
    ],
    [
      'a fact that its topic lacks',
      ({ published }) => ({ published: published.slice(2).filter((fact) => !fact.endsWith(' 2')) }),
      'identity.holders.v1 2 was told and is not in its topic',
    ],
    [
      'a fact that the trace lacks',
      ({ traced }) => ({ traced: traced.slice(1) }),
      'certified-mail.messages.v1 1 was told and is not in the trace',
    ],
    [
      'a fact that is in the trace twice',
      ({ traced }) => ({ traced: [...traced, ...traced.slice(1)] }),
      '1 facts are in the trace twice',
    ],
    [
      'a record that nobody has told',
      ({ published }) => ({ published: [...published, 'identity.holders.v1 5'] }),
      'identity.holders.v1 5 was told by nobody',
    ],
    ['a fault of the trace', () => ({ traceFaults: ['bad'] }), 'the trace has a fault: "bad"'],
  ])('%s', (_, change, words) => {
    expect(found(change)).toContain(words);
  });

  test('a refusal, where clients did nothing wrong', () => {
    const { seen, there } = whole();
    seen.letters.set(messageId, { ...letter, refused: ['403 no'] });
    expect(differences(seen, there)).toEqual([`${messageId} was answered 403 no`]);
  });
});

test('a letter whose client was only asked to come again may be there or not, whole in either case', () => {
  const { seen, there } = whole();
  seen.letters.set(messageId, { ...letter, acceptedAs: [] });
  expect(differences(seen, there)).toEqual([]);
  const nothing = { ...there, submissions: [], stored: [] };
  expect(differences({ ...seen, read: [] }, nothing)).toEqual([]);
  expect(differences({ ...seen, read: [] }, { ...nothing, stored: there.stored.slice(0, 1) })).toEqual([
    `posta-certificata of ${messageId} lies 1 times in ${recipient}`,
  ]);
});
