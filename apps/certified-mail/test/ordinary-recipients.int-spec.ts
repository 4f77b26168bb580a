import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { messageHandedOver, messageNotDelivered } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { after, parseInstant } from '@recapito/primitives';
import { issueServerCertificate, makeAuthority } from '@recapito/rfc6109';
import { eventually, freePort } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { ordinaryMailAmong } from '../src/persistence/ordinary-mail.store.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import type { SmtpDoor } from '../src/smtp/smtp-door.ts';
import { SmtpReply } from '../src/smtp/smtp-reply.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { sendMail } from './mail-client.ts';
import { openPeer } from './peer-door.ts';
import type { Taken } from './peer-door.ts';
import { bring } from './peer.ts';
import { client, dataOf, factsOf, mail, quiet, submit } from './post.ts';
import { anna, comune, inAugust, inpsSender, Stage } from './stage.ts';

const zia = 'zia.rosa@posta.example';
const stage = new Stage();
const identity = new IdentityStandIn().knows(anna.box, 'cec-pac', anna.holder);
let service: RunningService<PrismaClient>;
let host: { readonly door: SmtpDoor; readonly taken: Taken[] };

beforeAll(async () => {
  const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
  const credential = await issueServerCertificate(
    await makeAuthority('Posta', validity),
    ['mx.posta.example'],
    validity,
  );
  // A host of ordinary mail, which no certified mail knows: it refuses one address for good.
  host = await openPeer(credential, {
    handlers: {
      onRcptTo: (address) => {
        if (address.startsWith('nessuno@')) throw new SmtpReply(550, '5.1.1', 'no such user here');
      },
    },
  });
  for (const provider of ['inps', 'postacertificata'] as const) stage.amend(provider, { ordinaryRecipients: 'send' });
  await stage.asks(identity);
  await stage.set();
  const routes = join(stage.folder, 'routes.json');
  const silent = await freePort();
  writeFileSync(
    routes,
    JSON.stringify([
      { domain: 'posta.example', host: '127.0.0.1', port: host.door.port },
      { domain: 'muta.example', host: '127.0.0.1', port: silent },
    ]),
  );
  service = await stage.service({ RECAPITO_ROUTES: routes, RECAPITO_SPECIAL_ADDRESSES: 'allow' });
});

afterAll(async () => {
  await stage.end();
  await host.door.close();
});

const inBox = (box: string, subject: string) =>
  stage.store.messagesOf(box).filter((message) => message.includes(`Subject: ${subject}\r\n`));

async function write(subject: string, to: string[], query = ''): Promise<string> {
  const notification = await stage.serviceToken('notification');
  const { status, body } = await submit(
    service,
    notification,
    mail(inpsSender, to.join(', '), [`Subject: ${subject}`]),
    {
      query,
    },
  );
  expect([status, body.outcome, body.reasons]).toEqual([201, 'accepted', []]);
  return body.identificativo;
}

const statesOf = async (identificativo: string) => {
  const rows = await client(service).recipient.findMany({ where: { identificativo }, orderBy: { address: 'asc' } });
  return rows.map(({ address, state }) => [address, state]);
};

describe('a message to a certified and to an ordinary recipient', () => {
  let identificativo: string;

  beforeAll(async () => {
    identificativo = await write('Mista', [comune, zia], `?recipient=${comune}&recipient=Zia.Rosa@Posta.Example`);
    await quiet(service);
  });

  // @rule ORDINARY-RECIPIENTS
  test('is accepted with words that tell the one from the other', () => {
    const [receipt, ...others] = inBox(inpsSender, 'ACCETTAZIONE: Mista');
    expect(others).toEqual([]);
    const text = (receipt ?? Buffer.alloc(0)).toString('latin1').replace(/=\r\n/g, '');
    expect(text).toContain('protocollo@pec.comune.borgovento.example ("posta certificata")');
    expect(text).toContain('zia.rosa@posta.example ("posta ordinaria")');
  });

  // @rule ORDINARY-RECIPIENTS ORDINARY-HOSTS
  test('goes to the host of the ordinary domain in a signed envelope, with the case of the local part as written', () => {
    expect(host.taken).toHaveLength(1);
    expect(host.taken[0]).toMatchObject({ to: ['Zia.Rosa@posta.example'], secure: true });
    expect(host.taken[0]?.content).toContain('Subject: POSTA CERTIFICATA: Mista\r\n');
    expect(host.taken[0]?.content).toContain(`Message-ID: <${identificativo}>\r\n`);
    expect(host.taken[0]?.content).toContain('smime.p7s');
    expect(inBox(comune, 'POSTA CERTIFICATA: Mista')).toHaveLength(1);
  });

  // @rule ORDINARY-OUTCOME
  test('has one receipt from the certified side and none from the other, and both have come to their end', async () => {
    expect(inBox(inpsSender, 'CONSEGNA: Mista')).toHaveLength(1);
    expect(await statesOf(identificativo)).toEqual([
      [comune, 'delivered'],
      [zia, 'handed-over'],
    ]);
    expect((await client(service).submission.findUniqueOrThrow({ where: { identificativo } })).state).toBe('concluded');
    expect((await dataOf(service, messageHandedOver, identificativo)).map(({ consegna }) => consegna)).toEqual([zia]);
    const types = (await factsOf(service, identificativo)).map(({ type }) => type);
    expect(types.filter((type) => type === 'taken-in-charge')).toHaveLength(1);
  });
});

describe('a bounce', () => {
  const bounce = (quoted: string, subject: string) =>
    mail('mailer-daemon@posta.example', inpsSender, [`Subject: ${subject}`, `References: <${quoted}>`]);
  const answerTo = async (to: string, content: string) => {
    const replies = await bring(service.app.get(IncomingPoint).state.port, { from: '', to: [to], content });
    await quiet(service);
    return replies.at(-1);
  };
  const anomalies = (box: string, subject: string) => inBox(box, `ANOMALIA MESSAGGIO: ${subject}`);

  // @rule INCOMING-BOUNCE ORDINARY-BOUNCE
  test('that quotes a message to ordinary recipients reaches its sender as what it is, signed for nobody', async () => {
    const identificativo = await write('Che rimbalza', [zia]);
    await quiet(service);
    expect(await answerTo(inpsSender, bounce(identificativo, 'Undelivered'))).toBe(
      '250 2.6.0 ricevuto, non certificato',
    );
    const [enclosed, ...more] = anomalies(inpsSender, 'Undelivered');
    expect(more).toEqual([]);
    expect(enclosed?.toString('latin1')).toMatch(/^From: "Per conto di:" <posta-certificata@inpspec\.gov\.it>/m);
    expect(await answerTo(comune, bounce(identificativo, 'Per altri'))).toMatch(/^55\d /);
    expect(anomalies(comune, 'Per altri')).toEqual([]);
  });

  // @rule INCOMING-BOUNCE
  test('that quotes no such message is refused', async () => {
    const certified = await write('Solo certificata', [comune]);
    await quiet(service);
    for (const quoted of [certified, 'pec9.20100802090000.00009@inpspec.gov.it', 'altro@posta.example'])
      expect(await answerTo(inpsSender, bounce(quoted, 'Di nessuno'))).toMatch(/^554 5\.7\.1 .*\(INCOMING-SIGNED\)$/);
    expect(anomalies(inpsSender, 'Di nessuno')).toEqual([]);
  });
});

describe('an ordinary recipient', () => {
  // @rule ORDINARY-OUTCOME
  test('whom the host refuses for good: the sender gets our notice of non-delivery with its words', async () => {
    const identificativo = await write('Rifiutata', ['nessuno@posta.example', zia]);
    await quiet(service);
    expect(inBox(inpsSender, 'AVVISO DI MANCATA CONSEGNA: Rifiutata')).toHaveLength(1);
    expect(await dataOf(service, messageNotDelivered, identificativo)).toMatchObject([
      {
        consegna: 'nessuno@posta.example',
        errore: 'no-dest',
        erroreEsteso: '5.1.1 - posta.example - 550 5.1.1 no such user here',
      },
    ]);
    expect(await statesOf(identificativo)).toEqual([
      ['nessuno@posta.example', 'not-delivered'],
      [zia, 'handed-over'],
    ]);
  });

  test('keeps the case of its local part also where To and Cc alone name it', async () => {
    await write('Senza dialogo', ['Zio.Piero@Posta.Example']);
    await quiet(service);
    const sent = host.taken.filter(({ content }) => content.includes('Subject: POSTA CERTIFICATA: Senza dialogo\r\n'));
    expect(sent.map(({ to }) => to)).toEqual([['Zio.Piero@posta.example']]);
  });

  // @rule ORDINARY-BOUNCE
  test('is looked for by a bounce for thirty days, by the id of the envelope', async () => {
    const identificativo = await write('Da respingere', [zia]);
    await quiet(service);
    const among = (ids: string[], days: number) =>
      ordinaryMailAmong(client(service), ids, after(inAugust, days * 24 * 3_600_000));
    const expected = { identificativo, sender: inpsSender, recipients: [zia] };
    expect(await among(['altro@posta.example', identificativo], 29)).toEqual(expected);
    expect(await among([identificativo], 31)).toBeUndefined();
    const certified = await write('Solo certificata', [comune]);
    expect(await among([certified], 1)).toBeUndefined();
  });

  // @rule ORDINARY-OUTCOME
  test('whom nobody takes for five days: no notice of 12 or 24 hours, then one of non-delivery, and nothing leaves any more', async () => {
    const identificativo = await write('Nessun server', ['zio@muta.example']);
    const day = 24 * 3_600_000;
    const passTo = async (ms: number) => {
      const at = after(inAugust, ms);
      await stage.setClock(at);
      await eventually(() => service.platform.clock.now() >= at);
    };
    await eventually(async () => {
      const [row] = await client(service).emission.findMany({ where: { identificativo, kind: 'posta-certificata' } });
      return (row?.failedAt ?? null) !== null;
    });
    await passTo(5 * day - 1_000);
    expect(await statesOf(identificativo)).toEqual([['zio@muta.example', 'outgoing']]);
    await passTo(5 * day);
    await eventually(async () => (await statesOf(identificativo))[0]?.[1] === 'not-delivered');
    await eventually(() => inBox(inpsSender, 'AVVISO DI MANCATA CONSEGNA: Nessun server').length === 1);
    const facts = await factsOf(service, identificativo);
    expect(facts.map(({ type }) => type)).toEqual(['message-accepted', 'envelope-dispatched', 'message-not-delivered']);
    expect(facts.at(-1)?.data).toMatchObject({
      erroreEsteso: '5.4.7 - muta.example - nessun server del dominio ha accettato il messaggio entro cinque giorni',
    });
  });
});

// @rule ORDINARY-RECIPIENTS
describe('a closed circuit', () => {
  test('stays closed, whatever its provider sends', async () => {
    const raw = mail(anna.box, zia, ['Subject: Fuori circuito']);
    const { words } = await sendMail(stage, service, { user: anna.box }, { from: anna.box, to: [zia], raw });
    expect(words).toMatch(/ ricevuto: segue un avviso di non accettazione$/);
    await eventually(() => inBox(anna.box, 'AVVISO DI NON ACCETTAZIONE: Fuori circuito').length === 1);
    expect(host.taken.filter(({ content }) => content.includes('Fuori circuito'))).toEqual([]);
  });
});
