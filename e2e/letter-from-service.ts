import { randomUUID } from 'node:crypto';
import { KeyRing, ServiceTokens } from '@recapito/platform';
import { whileShut } from '../tools/rehearsal/patience.ts';
import { call } from '../tools/rehearsal/suite-services.ts';
import type { Suite } from '../tools/suite/suite.ts';

/**
 * Has letters accepted one after the other while something happens, and until one more was accepted after its end.
 * @param happens is given the list of the letters that were accepted so far, which grows
 * @returns when each was, by the monotonic clock
 */
export async function lettersDuring(
  suite: Suite,
  to: string,
  happens: (accepted: readonly number[]) => Promise<void>,
): Promise<number[]> {
  const accepted: number[] = [];
  let over = false;
  const writing = (async () => {
    for (let last = false; !last;) {
      last = over;
      await letterFromService(suite, to);
      accepted.push(performance.now());
    }
  })();
  writing.catch(() => undefined);
  await happens(accepted).finally(() => (over = true));
  await writing;
  return accepted;
}

/** The sender for which certified-mail takes letters of notification. */
const sender = 'pec.cittadini@inpspec.gov.it';

/** Has a letter accepted as notification has its notices accepted: again and again while the door is shut. */
export async function letterFromService({ urls, secrets }: Suite, to: string): Promise<void> {
  const id = randomUUID();
  const lines = [
    `From: ${sender}`,
    `To: ${to}`,
    'Subject: Intanto',
    `Message-ID: <${id}@casa.example>`,
    '',
    'Prova.',
    '',
  ];
  const tokens = new ServiceTokens('notification', new KeyRing(secrets, 'notification'));
  const hand = async () =>
    call('POST', `${urls['certified-mail']}/submissions`, {
      body: lines.join('\r\n'),
      token: await tokens.issue('certified-mail'),
      headers: { 'content-type': 'message/rfc822', 'idempotency-key': id },
      patienceMs: 20_000,
    });
  // A token lives for a minute, a door may be shut for longer.
  await whileShut(hand, 300_000);
}
