import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { messageRefused } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { join } from 'node:path';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { evidenceAbout } from './evidence.ts';
import { client, dataOf, factsOf, filesWithoutRow, mail, quiet, submit } from './post.ts';
import { anna, closed, comune, inpsSender, mario, Stage } from './stage.ts';

const stage = new Stage();
let service: RunningService<PrismaClient>;
let notification: string;

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(() => stage.end());

async function messagesWith(subject: string, box: string): Promise<number> {
  await quiet(service);
  return stage.store.messagesOf(box).filter((each) => each.includes(`Subject: POSTA CERTIFICATA: ${subject}\r\n`))
    .length;
}

describe('the same legal message, however often it is submitted', () => {
  const text = mail(inpsSender, mario.box, ['Subject: Una volta', 'Message-ID: <once@notification>']);

  test('eight times at once under one key: one message, one id, one acceptance', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => submit(service, notification, text, { key: 'once' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.identificativo)).size).toBe(1);
    expect(await messagesWith('Una volta', mario.box)).toBe(1);
    const facts = await factsOf(service, answers[0]?.body.identificativo);
    expect(facts.filter(({ type }) => type === 'message-accepted')).toHaveLength(1);
  });

  test('and nothing of the seven others lies in the spool', async () => {
    expect(await filesWithoutRow(service, stage.folder)).toEqual([]);
  });

  test('again later, under another key, after an answer that was lost', async () => {
    const first = await submit(service, notification, text, { key: 'once' });
    const again = await submit(service, notification, text, { key: 'once-more' });
    expect(again.body).toEqual(first.body);
    expect(await messagesWith('Una volta', mario.box)).toBe(1);
  });

  test('with the recipients named in another order and bare line feeds: the same', async () => {
    const both = mail(inpsSender, `${mario.box}, ${anna.box}`, ['Subject: Ordine', 'Message-ID: <order@notification>']);
    const first = await submit(service, notification, both);
    const query = `?recipient=${anna.box}&recipient=${mario.box}`;
    const again = await submit(service, notification, both.replaceAll('\r\n', '\n'), { query });
    expect(again.body.identificativo).toBe(first.body.identificativo);
  });

  test('another content under the same client’s Message-ID is another message', async () => {
    const first = await submit(service, notification, text);
    const other = await submit(service, notification, text.replace('Testo', 'Altro'));
    expect(other.body.identificativo).not.toBe(first.body.identificativo);
  });

  test('another content under the same idempotency key is refused', async () => {
    const { status, body } = await submit(service, notification, text.replace('Testo', 'Diverso'), { key: 'once' });
    expect({ status, type: body.type }).toEqual({ status: 409, type: 'idempotency-key/reused' });
  });
});

describe('a message that is taken and refused, by a notice to its sender', () => {
  async function refusedFor(token: string, sender: string, text: string, query = '') {
    const { status, body } = await submit(service, token, text, { query });
    expect({ status, outcome: body.outcome }).toEqual({ status: 201, outcome: 'refused' });
    await quiet(service);
    const authority = join(stage.providers, 'authority.pem');
    const [notice, ...others] = evidenceAbout(body.identificativo, stage.store.messagesOf(sender), authority);
    expect([notice?.tipo, notice?.errore, others]).toEqual(['non-accettazione', 'altro', []]);
    expect(notice?.text).not.toContain('postacert.eml');
    const facts = await factsOf(service, body.identificativo);
    expect(facts.map(({ type }) => type)).toEqual(['message-refused']);
    const [fact] = await dataOf(service, messageRefused, body.identificativo);
    expect(notice?.data('errore-esteso')).toEqual([fact?.erroreEsteso]);
    return { rules: body.reasons.map(({ rule }) => rule), reason: fact?.erroreEsteso ?? '' };
  }

  test('from a citizen to another citizen: the whole of it, naming the address', async () => {
    const token = await stage.citizenToken(anna.holder, 'enrolment');
    const { rules, reason } = await refusedFor(token, anna.box, mail(anna.box, `${comune}, ${mario.box}`));
    expect(rules).toEqual(['CIRCUIT-ADDRESS-NAMED']);
    expect(reason).toContain(mario.box);
    expect(reason).not.toContain(comune);
    expect(stage.store.messagesOf(comune)).toEqual([]);
  });

  test.each([
    ['the ordinary address of a body', 'info@comune.borgovento.example'],
    ['a domain that only looks like a body’s', 'protocollo@pec.comune.borgoventо.example'.replace('о', 'o0')],
    ['an ordinary address', 'zia@posta.example'],
  ])('from a citizen to %s', async (_, address) => {
    const token = await stage.citizenToken(anna.holder, 'enrolment');
    const { rules, reason } = await refusedFor(token, anna.box, mail(anna.box, address));
    expect(rules).toEqual(['CIRCUIT-ADDRESS-NAMED']);
    expect(reason).toContain(address);
  });

  test('from a body to where no provider of ours leads', async () => {
    const { rules } = await refusedFor(notification, inpsSender, mail(inpsSender, 'zia@posta.example'));
    expect(rules).toEqual(['SUBMISSION-ROUTE']);
  });

  test('for every formal check that fails, in order', async () => {
    const text = ['Bcc: x@posta.example', `From: ${anna.box}`, '', 'testo'].join('\r\n');
    const query = `?sender=${inpsSender}&recipient=${mario.box}`;
    const { rules } = await refusedFor(notification, inpsSender, text, query);
    expect(rules).toEqual(['RFC6109-3.1.1-2', 'RFC6109-3.1.1-3', 'RFC6109-3.1.1-4', 'RFC6109-3.1.1-5']);
  });

  test('for naming nobody at all: its data still have the form of the law', async () => {
    const { rules } = await refusedFor(notification, inpsSender, `From: ${inpsSender}\r\n\r\ntesto`);
    expect(rules).toEqual(['RFC6109-3.1.1-2']);
  });
});

describe('a submission that is turned away, and nothing is taken', () => {
  async function rejected(token: string, text: string) {
    const before = await client(service).submission.count();
    const { status, body } = await submit(service, token, text);
    expect(await client(service).submission.count()).toBe(before);
    return { status, type: body.type, rule: body.rule };
  }

  test('without credentials, or with a first PIN that was never changed', async () => {
    const denied = { status: 401, type: 'caller/unknown', rule: 'AUTH-CALLER' };
    expect(await rejected('nonsense', mail(anna.box, comune))).toEqual(denied);
    const firstPin = await stage.citizenToken(mario.holder, 'first-pin');
    expect(await rejected(firstPin, mail(mario.box, comune))).toEqual(denied);
    const elsewhere = await stage.citizenToken(anna.holder, 'enrolment', { audience: 'elsewhere' });
    expect(await rejected(elsewhere, mail(anna.box, comune))).toEqual(denied);
  });

  test('with a session that another key than that of sessions has signed, though it is identity’s', async () => {
    const denied = { status: 401, type: 'caller/unknown', rule: 'AUTH-CALLER' };
    const token = await stage.citizenToken(anna.holder, 'enrolment', { purpose: 'service' });
    expect(await rejected(token, mail(anna.box, comune))).toEqual(denied);
  });

  // @rule SESSION-SERVICE
  test('with a session of another service that names its boxes by the same rule', async () => {
    const token = await stage.citizenToken(anna.holder, 'enrolment', { service: 'free-pec' });
    expect(await rejected(token, mail(anna.box, comune))).toEqual({
      status: 403,
      type: 'submission/sender-not-yours',
      rule: 'RFC6109-5.2',
    });
  });

  // @rule RFC6109-5.2
  test('from somebody else’s box, or one that the log-in does not open', async () => {
    const notYours = { status: 403, type: 'submission/sender-not-yours', rule: 'RFC6109-5.2' };
    const token = await stage.citizenToken(anna.holder, 'enrolment');
    expect(await rejected(token, mail(mario.box, comune))).toEqual(notYours);
    expect(await rejected(token, mail(inpsSender, comune))).toEqual(notYours);
    expect(await rejected(await stage.citizenToken(anna.holder, 'pin'), mail(anna.box, comune))).toEqual(notYours);
    expect(await rejected(notification, mail(anna.box, comune))).toEqual(notYours);
  });

  test('from a box whose holder has withdrawn', async () => {
    const token = await stage.citizenToken(closed.holder, 'enrolment');
    expect(await rejected(token, mail(closed.box, comune))).toMatchObject({
      status: 403,
      type: 'mailbox/state-forbids',
    });
  });

  test('by a service that was granted nothing', async () => {
    expect(await rejected(await stage.serviceToken('migration'), mail(inpsSender, mario.box))).toMatchObject({
      status: 403,
    });
  });

  test('without an idempotency key, a sender, or a header that ends', async () => {
    const post = async (headers: Record<string, string>, body: string) => {
      const all = { authorization: `Bearer ${notification}`, 'content-type': 'message/rfc822', ...headers };
      const response = await fetch(`${service.url}/submissions`, { method: 'POST', headers: all, body });
      return [response.status, ((await response.json()) as { type: string }).type];
    };
    expect(await post({}, mail(inpsSender, mario.box))).toEqual([400, 'request/malformed']);
    expect(await post({ 'idempotency-key': 'k1' }, 'To: a@d.example\r\n\r\n')).toEqual([
      422,
      'submission/sender-unnamed',
    ]);
    expect(await post({ 'idempotency-key': 'k2' }, `X: ${'a'.repeat(300_000)}`)).toEqual([
      422,
      'submission/unreadable',
    ]);
    const json = { 'idempotency-key': 'k3', 'content-type': 'application/json' };
    expect((await post(json, '{}'))[0]).toBe(415);
  });
});

// @rule SUBMISSION-KNOWN
describe('a submission that nobody made', () => {
  test('is not known, in the words of who asks', async () => {
    const path = `/submissions/${encodeURIComponent('pec1.20100802090000.99999@inpspec.gov.it')}`;
    const headers = { authorization: `Bearer ${notification}`, 'accept-language': 'en' };
    const response = await fetch(`${service.url}${path}`, { headers });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      type: 'submission/unknown',
      rule: 'SUBMISSION-KNOWN',
      detail: 'No message with this identificativo was submitted here.',
    });
  });
});

// @rule SUBMISSION-KNOWN
describe('a submission that was made here', () => {
  async function shownTo(token: string, identificativo: string): Promise<unknown> {
    const path = `/submissions/${encodeURIComponent(identificativo)}`;
    const { status, body } = await stage.call<{ state?: string; type?: string }>('GET', path, { token });
    return body.state ?? `${status} ${body.type}`;
  }

  test('is shown to a service when it was sent from an address of the service, and to an operator always', async () => {
    const citizen = await stage.citizenToken(anna.holder, 'enrolment');
    const byHolder = await submit(service, citizen, mail(anna.box, comune, ['Subject: Privata']));
    const byService = await submit(service, notification, mail(inpsSender, mario.box, ['Subject: Di servizio']));
    const ids = [byHolder, byService].map(({ body }) => body.identificativo);
    const operator = await stage.tokenOf('operator');
    const known = expect.stringMatching(/^(accepted|concluded)$/);
    expect(await Promise.all(ids.map((id) => shownTo(operator, id)))).toEqual([known, known]);
    expect(await Promise.all(ids.map((id) => shownTo(notification, id)))).toEqual(['404 submission/unknown', known]);
  });
});

describe('the bound of the INPS boxes', () => {
  test('a citizen sends in its last millisecond, and no longer at the bound', async () => {
    const token = await stage.citizenToken(mario.holder, 'pin');
    await stage.setClock(parseInstant('2010-09-15T21:59:59.999Z'));
    const last = await submit(service, token, mail(mario.box, comune, ['Subject: In tempo']));
    expect([last.status, last.body.at]).toEqual([201, '2010-09-15T21:59:59.000Z']);
    await stage.setClock(parseInstant('2010-09-15T22:00:00Z'));
    const late = await submit(service, token, mail(mario.box, comune, ['Subject: Tardi']));
    expect([late.status, late.body.rule]).toEqual([403, 'INPS-END-SEND']);
    // What was accepted before the bound is delivered after it, and its receipts still enter the closed box.
    expect(await messagesWith('In tempo', comune)).toBe(1);
    const facts = await factsOf(service, last.body.identificativo);
    expect(facts.map(({ type }) => type)).not.toContain('receipt-unplaced');
    expect(facts.at(-1)?.type).toBe('message-delivered');
  });

  test('who writes to a box after it gets a notice that names no new address', async () => {
    await stage.setClock(parseInstant('2010-09-15T22:00:00Z'));
    const { body } = await submit(service, notification, mail(inpsSender, mario.box, ['Subject: Chiusa']));
    await quiet(service);
    const facts = await factsOf(service, body.identificativo);
    const failed = facts.find(({ type }) => type === 'message-not-delivered');
    expect(failed?.data).toMatchObject({
      errore: 'altro',
      erroreEsteso: '5.2.1 - INPS - Gestore della posta elettronica certificata - casella non abilitata alla ricezione',
    });
    expect(JSON.stringify(failed?.data)).not.toContain('postacertificata');
  });
});
