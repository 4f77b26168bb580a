import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { messageDelivered, messageNotDelivered, takenInCharge } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { derivedId } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { MailGate } from '../src/gate/mail-gate.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { incoherences } from './coherence.ts';
import { evidenceAbout } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { dataOf, factsOf, mail, quiet, submit } from './post.ts';
import {
  anna,
  closed,
  comune,
  entiReceipts,
  full,
  inpsReceipts,
  inpsSender,
  mario,
  pcertReceipts,
  provincia,
  Stage,
} from './stage.ts';

const stage = new Stage();
let service: RunningService<PrismaClient>;
let notification: string;

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
  notification = await stage.serviceToken('notification');
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(() => stage.end());

/** The messages of a box that speak of one message, as other software reads them. */
function evidence(box: string, identificativo: string): Evidence[] {
  return evidenceAbout(identificativo, stage.store.messagesOf(box), join(stage.providers, 'authority.pem'));
}

function kinds(found: readonly Evidence[]): string[] {
  return found.map((each) => each.tipo).sort();
}

describe('a message from INPS to a holder at another provider', () => {
  let identificativo: string;
  const subject = '=?utf-8?Q?La_sua_nuova_casella_=C3=A8_pronta?=';

  beforeAll(async () => {
    const text = mail(inpsSender, `Anna Bianchi <${anna.box.toUpperCase()}>`, [
      `Subject: ${subject}`,
      'Message-ID: <c1@notification>',
    ]);
    const { status, body } = await submit(service, notification, text);
    expect({ status, outcome: body.outcome }).toEqual({ status: 201, outcome: 'accepted' });
    ({ identificativo } = body);
    await quiet(service);
  });

  test('gets an id of the sender’s provider with Rome’s time', () => {
    expect(identificativo).toMatch(/^pec1\.20100802090000\.\d{5,}@inpspec\.gov\.it$/);
  });

  test('reaches the box in an envelope signed by the sender’s provider, the original whole inside', () => {
    const [envelope, ...others] = evidence(anna.box, identificativo);
    expect(others).toEqual([]);
    expect(envelope?.tipo).toBe('posta-certificata');
    expect(envelope?.signedBy).toBe('INPS - Gestore della posta elettronica certificata');
    expect(envelope?.field('Subject')).toBe('POSTA CERTIFICATA: =?UTF-8?Q?La_sua_nuova_casella_=C3=A8_pronta?=');
    expect(envelope?.field('Return-Path')).toBe(`<${inpsSender}>`);
    expect(envelope?.field('X-Riferimento-Message-ID')).toBe('<c1@notification>');
    expect(envelope?.text).toContain(
      `X-Riferimento-Message-ID: <c1@notification>\r\nMessage-ID: <${identificativo}>\r\nFrom: ${inpsSender}\r\n`,
    );
  });

  test('gives the sender an acceptance of its provider and a delivery receipt of the other, with the original', () => {
    const receipts = evidence(inpsSender, identificativo);
    expect(kinds(receipts)).toEqual(['accettazione', 'avvenuta-consegna']);
    const [accepted, delivered] = ['accettazione', 'avvenuta-consegna'].map((tipo) =>
      receipts.find((each) => each.tipo === tipo),
    );
    expect(accepted?.signedBy).toContain('INPS');
    expect(delivered?.signedBy).toBe('PostaCertificat@');
    expect(delivered?.data('consegna')).toEqual([anna.box]);
    expect(delivered?.text).toContain('filename="postacert.eml"');
    expect(accepted?.text).not.toContain('postacert.eml');
  });

  test('gives the sender’s provider, in its service mailbox, the one taking in charge of the other', () => {
    const [taken, ...others] = evidence(inpsReceipts, identificativo);
    expect(others).toEqual([]);
    expect(taken?.tipo).toBe('presa-in-carico');
    expect(taken?.data('ricezione')).toEqual([anna.box]);
    expect(taken?.signedBy).toBe('PostaCertificat@');
  });

  // @rule RFC6109-4.1
  test('has one time value: in text, data, header and fact of each legal event', async () => {
    const facts = await factsOf(service, identificativo);
    const everywhere = [
      ...evidence(anna.box, identificativo),
      ...evidence(inpsSender, identificativo),
      ...evidence(inpsReceipts, identificativo),
    ];
    expect(everywhere).toHaveLength(4);
    for (const each of everywhere) {
      expect(each.field('Date')).toBe('Mon, 2 Aug 2010 09:00:00 +0200');
      expect(['giorno', 'ora', 'data/@zona'].flatMap((name) => each.data(name))).toEqual([
        '02/08/2010',
        '09:00:00',
        '+0200',
      ]);
      expect(each.text).toContain('Il giorno 02/08/2010 alle ore 09:00:00 (+0200)');
      const id = each.field('Message-ID')?.replace(/[<>]/g, '');
      const fact = facts.find(({ data, type }) => data['messageId'] === id && type !== 'arrival-repeated');
      expect(fact?.time.toISOString()).toBe('2010-08-02T07:00:00.000Z');
    }
  });

  test('is told fact by fact, coherently, and published', async () => {
    const facts = await factsOf(service, identificativo);
    expect(facts.map(({ type }) => type)).toEqual([
      'message-accepted',
      'envelope-dispatched',
      'taken-in-charge',
      'message-delivered',
    ]);
    expect(incoherences(facts)).toEqual([]);
    expect(facts[0]?.data).toMatchObject({
      msgid: '<c1@notification>',
      mittente: inpsSender,
      destinatari: [{ indirizzo: anna.box, tipo: 'certificato' }],
      oggetto: 'La sua nuova casella è pronta',
      gestore: 'INPS - Gestore della posta elettronica certificata',
      tipoRicevuta: 'completa',
    });
  });

  // @rule SPOOL-ERASED
  test('leaves nothing in the spool once its outcome is known', () => {
    expect(readdirSync(join(stage.folder, 'spool'))).toEqual([]);
  });

  test('can be asked for by who submitted it', async () => {
    const headers = { authorization: `Bearer ${notification}` };
    const response = await fetch(`${service.url}/submissions/${encodeURIComponent(identificativo)}`, { headers });
    expect(await response.json()).toEqual({
      identificativo,
      state: 'concluded',
      at: '2010-08-02T07:00:00.000Z',
      recipients: [{ address: anna.box, state: 'delivered', outcomeAt: '2010-08-02T07:00:00.000Z' }],
    });
  });
});

describe('a message that asks for the concise receipt', () => {
  test('leaves its words in the recipient’s box alone: no receipt, fact or row repeats them', async () => {
    const secret = 'K7P2-M4QX-9TRA';
    const text = mail(
      inpsSender,
      mario.box,
      ['X-TipoRicevuta: sintetica', 'Subject: Credenziali'],
      `La password: ${secret}`,
    );
    const { body } = await submit(service, notification, text);
    await quiet(service);
    const [envelope] = evidence(mario.box, body.identificativo);
    expect(envelope?.text).toContain(secret);
    expect(envelope?.field('X-TipoRicevuta')).toBe('sintetica');
    const receipts = [...evidence(inpsSender, body.identificativo), ...evidence(inpsReceipts, body.identificativo)];
    expect(kinds(receipts)).toEqual(['accettazione', 'avvenuta-consegna', 'presa-in-carico']);
    expect(receipts.some((each) => each.text.includes(secret) || each.text.includes('postacert.eml'))).toBe(false);
    expect(JSON.stringify((await factsOf(service)).map(({ data }) => data))).not.toContain(secret);
    expect(readdirSync(join(stage.folder, 'spool'))).toEqual([]);
  });
});

describe('a citizen who writes to public bodies', () => {
  // @rule RFC6109-3.3.2
  test('reaches all of them: one envelope a provider, one taking in charge, a receipt for each', async () => {
    const token = await stage.citizenToken(anna.holder, 'enrolment');
    const text = mail(anna.box, comune, [`Cc: ${provincia}`, 'Subject: Istanza', 'Message-ID: <a1@client>']);
    const { body } = await submit(service, token, text);
    await quiet(service);
    expect(evidence(comune, body.identificativo)).toHaveLength(1);
    expect(evidence(provincia, body.identificativo)).toHaveLength(1);
    const [taken, ...others] = evidence(pcertReceipts, body.identificativo);
    expect(others).toEqual([]);
    expect(taken?.data('ricezione')).toEqual([comune, provincia]);
    const receipts = evidence(anna.box, body.identificativo).filter((each) => each.tipo === 'avvenuta-consegna');
    const attached = receipts.map(
      (each) => [each.data('consegna')[0] ?? '', each.text.includes('postacert.eml')] as const,
    );
    // To whom it was addressed answers with the whole message, to whom it was copied with the data alone.
    expect(new Map(attached)).toEqual(
      new Map([
        [comune, true],
        [provincia, false],
      ]),
    );
    expect(incoherences(await factsOf(service, body.identificativo))).toEqual([]);
    expect(evidence(entiReceipts, body.identificativo)).toEqual([]);
  });

  test('and to somebody of their own provider is certified all the same, taking in charge included', async () => {
    const text = mail(inpsSender, mario.box, ['Subject: Stesso gestore']);
    const { body } = await submit(service, notification, text);
    await quiet(service);
    expect(kinds(evidence(inpsReceipts, body.identificativo))).toEqual(['presa-in-carico']);
    expect(incoherences(await factsOf(service, body.identificativo))).toEqual([]);
  });
});

describe('a recipient who cannot be reached', () => {
  async function outcomeFor(recipient: string) {
    const { body } = await submit(
      service,
      notification,
      mail(inpsSender, `${recipient}, ${anna.box}`, [`Subject: ${recipient}`]),
    );
    await quiet(service);
    const { identificativo } = body;
    expect(incoherences(await factsOf(service, identificativo))).toEqual([]);
    expect((await dataOf(service, messageDelivered, identificativo)).map(({ consegna }) => consegna)).toEqual([
      anna.box,
    ]);
    const [notice] = evidence(inpsSender, identificativo).filter((each) => each.tipo === 'errore-consegna');
    const [failed] = await dataOf(service, messageNotDelivered, identificativo);
    expect(notice?.data('errore-esteso')).toEqual([failed?.erroreEsteso]);
    expect(notice?.errore).toBe(failed?.errore);
    expect(notice?.data('consegna')).toEqual([recipient]);
    return failed;
  }

  test('because the box does not exist: no-dest, and the other recipient gets the message', async () => {
    expect(await outcomeFor('nessuno@postacertificata.gov.it')).toMatchObject({
      errore: 'no-dest',
      erroreEsteso: '5.1.1 - PostaCertificat@ - indirizzo non valido',
    });
  });

  test('because its holder has withdrawn', async () => {
    expect(await outcomeFor(closed.box)).toMatchObject({
      errore: 'altro',
      erroreEsteso: '5.2.1 - PostaCertificat@ - casella non abilitata alla ricezione',
    });
  });

  test('because it is a service mailbox, which takes receipts between providers only', async () => {
    expect(await outcomeFor(pcertReceipts)).toMatchObject({
      errore: 'altro',
      erroreEsteso: '5.2.1 - PostaCertificat@ - casella di servizio',
    });
  });

  test('because the mail store does not know it though the directory does', async () => {
    const ghost = { holder: derivedId('spec-holder', 'without a home'), box: 'luca.neri@postacertificata.gov.it' };
    await stage.listBox(ghost, 'cec-pac', 'active', 1);
    // The gate follows its topic: what it said before the record came stays said, so the spec waits for the record.
    const gate = service.app.get(MailGate);
    await eventually(() => gate.box(ghost.box) !== undefined);
    expect(await outcomeFor(ghost.box)).toMatchObject({ errore: 'no-dest' });
  });

  test('because it is full', async () => {
    expect(await outcomeFor(full.box)).toMatchObject({
      errore: 'altro',
      erroreEsteso: '5.2.2 - PostaCertificat@ - casella piena',
    });
  });

  test('was taken in charge all the same, with the others, once', async () => {
    const { body } = await submit(service, notification, mail(inpsSender, `${anna.box}, x@postacertificata.gov.it`));
    await quiet(service);
    const taken = await dataOf(service, takenInCharge, body.identificativo);
    expect(taken.map(({ ricezione }) => ricezione)).toEqual([[anna.box, 'x@postacertificata.gov.it']]);
  });
});
