import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import type { CertifiedMessage } from '@recapito/rfc6109';
import { oddSubmissions } from '../../../e2e/odd-mail/index.ts';
import { comune, mario } from '../../../e2e/odd-mail/odd-submission.ts';
import type { OddSubmission } from '../../../e2e/odd-mail/odd-submission.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { hostAccentedBody } from './accented-body.ts';
import { submit } from './post.ts';
import type { Answered } from './post.ts';
import { mario as citizen, Stage } from './stage.ts';

const stage = new Stage();
/** What SMTP refuses before DATA is no message here. */
const all = Object.entries(oddSubmissions).map(
  ([kind, messages]) => [kind, messages.filter(({ outcome }) => outcome.kind !== 'replied')] as const,
);
const answers = new Map<OddSubmission, Answered>();
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  const endless = { most: 1_000_000, minutes: 60 };
  stage.amend('inps', { pace: { messages: endless, recipients: endless } });
  hostAccentedBody(stage);
  await stage.set();
  service = await stage.service({ RECAPITO_SUBMISSION_BYTES: '1500000' });
  const token = await stage.citizenToken(citizen.holder, 'pin');
  for (const message of all.flatMap(([, messages]) => messages)) {
    const query = new URLSearchParams({ sender: mario });
    for (const recipient of message.rcptTo ?? [`<${comune}>`])
      query.append('recipient', recipient.replace(/^<(?:@[^:]*:)?([^>]*)>.*$/, '$1'));
    const octets = Buffer.from(message.message, 'latin1');
    answers.set(message, await submit(service, token, octets, { query: `?${query.toString()}` }));
  }
});

afterAll(() => stage.end());

/** What is certified of a message that was accepted. */
async function certifiedUnder(identificativo: string) {
  const { certified } = await stage.client.message.findUniqueOrThrow({ where: { identificativo } });
  const { oggetto, msgid, destinatari, risposte } = certified as unknown as CertifiedMessage;
  const addresses = destinatari.map(({ indirizzo }) => indirizzo).sort();
  return { oggetto: oggetto ?? '', msgid: msgid ?? '', destinatari: addresses, risposte };
}

/** Odd mail has the same outcome as at the SMTP door. */
// @rule SUBMISSION-ONE-WAY
describe.each(all)('%s', (_, messages) => {
  test.each(messages)('$what', async (message) => {
    const answer = answers.get(message);
    const { outcome } = message;
    if (outcome.kind === 'certified') {
      expect(answer).toMatchObject({ status: 201, body: { outcome: 'accepted', reasons: [] } });
      const { oggetto, msgid, destinatari, risposte } = outcome;
      const certified = await certifiedUnder(answer?.body.identificativo ?? '');
      expect(certified).toEqual({ oggetto, msgid, destinatari: [...destinatari].sort(), risposte });
    } else if (outcome.kind === 'refused') {
      expect(answer).toMatchObject({ status: 201, body: { outcome: 'refused' } });
      expect(answer?.body.reasons.map(({ rule }) => rule)).toEqual(outcome.rules);
    }
  });
});
