import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { receiptDoubted } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { isRefusal, parseInstant } from '@recapito/primitives';
import { deliveryReceipt, issueRevocationList, nonDeliveryNotice, seal } from '@recapito/rfc6109';
import type { CertifiedMessage, SystemMessage } from '@recapito/rfc6109';
import { ReceiveIncoming } from '../src/application/incoming/receive-incoming.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { sealedEnvelope } from './peer.ts';
import { dataOf, factsOf, filesWithoutRow, mail, quiet, submit } from './post.ts';
import { anna, inAugust, inpsSender, Stage } from './stage.ts';

const stage = new Stage();
const inps = 'INPS - Gestore della posta elettronica certificata';
const pcert = 'PostaCertificat@';
const enti = 'Gestore PEC degli Enti';
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

/** A message that a provider of the installation signs, handed to the incoming point of another. */
async function receiveIncoming(built: SystemMessage, signedBy: string, towards: string): Promise<string> {
  const installation = service.app.get(Installation);
  const bytes = await seal(built, installation.signerOf(installation.own(signedBy)));
  return await receiveBytes(bytes, built, towards);
}

async function receiveBytes(
  bytes: Buffer,
  { reversePath, forwardPath }: Pick<SystemMessage, 'reversePath' | 'forwardPath'>,
  towards: string,
): Promise<string> {
  const answered = await service.app.get(ReceiveIncoming).receive({ towards, reversePath, forwardPath, bytes });
  return isRefusal(answered) ? answered.refused : answered.received;
}

/** What Dovecot keeps is what came, below the line that it adds. */
function asItCame(stored: Buffer): Buffer {
  return stored.subarray(stored.indexOf('\r\n') + 2);
}

async function delivered(subject: string): Promise<string> {
  const { body } = await submit(service, notification, mail(inpsSender, anna.box, [`Subject: ${subject}`]));
  await quiet(service);
  return body.identificativo;
}

async function typesOf(identificativo: string): Promise<string[]> {
  return (await factsOf(service, identificativo)).map(({ type }) => type);
}

describe('a peer that repeats itself', () => {
  // @rule INCOMING-ONCE
  test('with an envelope makes one delivery, one receipt, and two entries in the trace', async () => {
    const identificativo = await delivered('Ripetuta');
    const boxes = () =>
      stage.store.messagesOf(anna.box).filter((each) => each.includes(`Message-ID: <${identificativo}>`));
    const [stored] = boxes();
    if (stored === undefined) throw new Error('the envelope is not in the box');
    const paths = { reversePath: inpsSender, forwardPath: [anna.box] };
    expect(await receiveBytes(asItCame(stored), paths, pcert)).toBe('repeated');
    await quiet(service);
    expect(boxes()).toHaveLength(1);
    expect(await typesOf(identificativo)).toEqual([
      'message-accepted',
      'envelope-dispatched',
      'taken-in-charge',
      'message-delivered',
      'arrival-repeated',
    ]);
  });

  test('with a receipt puts it into the box once', async () => {
    const identificativo = await delivered('Ricevuta ripetuta');
    const receipts = () =>
      stage.store.messagesOf(inpsSender).filter((each) => each.includes('Subject: CONSEGNA: Ricevuta ripetuta\r\n'));
    const [stored] = receipts();
    if (stored === undefined) throw new Error('the receipt is not in the box');
    const paths = { reversePath: 'posta-certificata@postacertificata.gov.it', forwardPath: [inpsSender] };
    expect(await receiveBytes(asItCame(stored), paths, inps)).toBe('repeated');
    await quiet(service);
    expect(receipts()).toHaveLength(1);
    expect((await typesOf(identificativo)).at(-1)).toBe('arrival-repeated');
  });
});

describe('a receipt that does not fit what is known', () => {
  async function messageAbout(identificativo: string): Promise<CertifiedMessage> {
    const [row] = await stage.client.$queryRaw<{ certified: CertifiedMessage }[]>`
      SELECT certified FROM message WHERE identificativo = ${identificativo}`;
    if (row === undefined) throw new Error(`nothing is known of ${identificativo}`);
    return row.certified;
  }

  function receiptOf(message: CertifiedMessage, provider: string, recipient: string): SystemMessage {
    const { domain } = service.app.get(Installation).own(provider);
    const by = { provider: { name: provider, domain }, messageId: `falsa.1@${domain}`, at: inAugust };
    return deliveryReceipt(message, by, { recipient, form: 'sintetica', original: null });
  }

  /** Why receipts about a message were doubted, in order. */
  async function doubtsAbout(identificativo: string): Promise<unknown[]> {
    const doubted = await dataOf(service, receiptDoubted);
    return doubted
      .filter(({ messaggio }) => messaggio === identificativo)
      .map(({ firmatario, motivo }) => [firmatario, motivo]);
  }

  async function stateOf(identificativo: string): Promise<string[]> {
    const rows = await stage.client.recipient.findMany({ where: { identificativo } });
    return rows.map(({ state }) => state);
  }

  // @rule RECEIPT-DOUBTED
  test('because another provider than the recipient’s has signed it is enclosed as an anomaly, once, and is a finding', async () => {
    const identificativo = await delivered('Dovuta da altri');
    const receipt = receiptOf(await messageAbout(identificativo), enti, anna.box);
    expect(await receiveIncoming(receipt, enti, inps)).toBe('enclosed');
    expect(await receiveIncoming(receipt, enti, inps)).toBe('repeated');
    await quiet(service);
    const stored = stage.store.messagesOf(inpsSender).map((each) => each.toString('latin1'));
    expect(stored.filter((each) => each.includes('ANOMALIA MESSAGGIO: CONSEGNA: Dovuta da altri'))).toHaveLength(1);
    expect(
      stored.filter((each) => each.includes('\r\nSubject: CONSEGNA: Dovuta da altri') && !each.includes('ANOMALIA')),
    ).toHaveLength(1);
    expect(await doubtsAbout(identificativo)).toEqual([[enti, 'receipt/not-owed']]);
  });

  // @rule RECEIPT-DOUBTED RECEIPT-OF-OURS
  test('because it speaks of nobody’s recipient, or of a message under an id of ours that nobody accepted, is the same', async () => {
    const message = await messageAbout(await delivered('Di nessuno'));
    const other = receiptOf(message, pcert, 'altri@postacertificata.gov.it');
    expect(await receiveIncoming(other, pcert, inps)).toBe('enclosed');
    const invented = { ...message, identificativo: 'pec9.20100802090000.00001@inpspec.gov.it' };
    expect(await receiveIncoming(receiptOf(invented, pcert, anna.box), pcert, inps)).toBe('enclosed');
    expect(await doubtsAbout(message.identificativo)).toEqual([[pcert, 'receipt/not-owed']]);
    expect(await doubtsAbout(invented.identificativo)).toEqual([[pcert, 'receipt/of-no-message']]);
    expect(await stage.client.message.count({ where: { identificativo: invented.identificativo } })).toBe(0);
  });

  // @rule INCOMING-SAME-DATA
  test('because it names another sender for a message that is known is refused by a box that takes no anomaly', async () => {
    const message = await messageAbout(await delivered('Altro mittente'));
    const forged = { ...message, mittente: 'ricevute@inpspec.gov.it' };
    expect(await receiveIncoming(receiptOf(forged, pcert, anna.box), pcert, inps)).toBe('incoming/box-takes-none');
    expect(await receiveIncoming(receiptOf(forged, pcert, anna.box), pcert, inps)).toBe('incoming/box-takes-none');
    expect(await doubtsAbout(message.identificativo)).toEqual([[pcert, 'receipt/other-data']]);
  });

  // @rule RECEIPT-DOUBTED
  test('because it contradicts an outcome is delivered all the same, changes nothing and is a finding', async () => {
    const identificativo = await delivered('Contraddetta');
    const { domain } = service.app.get(Installation).own(pcert);
    const by = { provider: { name: pcert, domain }, messageId: `contraria.1@${domain}`, at: inAugust };
    const notice = nonDeliveryNotice(await messageAbout(identificativo), by, {
      recipient: anna.box,
      errore: 'altro',
      erroreEsteso: '5.2.1 - prova',
    });
    expect(await receiveIncoming(notice, pcert, inps)).toBe('taken');
    await quiet(service);
    const stored = stage.store.messagesOf(inpsSender).filter((each) => each.includes('MANCATA CONSEGNA: Contraddetta'));
    expect(stored).toHaveLength(1);
    expect(await stateOf(identificativo)).toEqual(['delivered']);
    expect(await doubtsAbout(identificativo)).toEqual([[pcert, 'recipient/other-outcome']]);
    // What one of our own providers says of it would be told by that provider itself.
    stage.answeredOutside.add(identificativo);
  });
});

describe('an envelope from outside the circuit', () => {
  test('is taken in charge, then its sender is told why it was not delivered', async () => {
    const mittente = 'segreteria@pec.comune.borgovento.example';
    const identificativo = 'pec9.20100802090000.00007@gestore-enti.example';
    const daFuori = { from: mittente, to: anna.box, subject: 'Da fuori', number: 7 };
    const envelope = await sealedEnvelope(service.app.get(Installation), enti, daFuori);
    expect(await receiveBytes(envelope, { reversePath: mittente, forwardPath: [anna.box] }, pcert)).toBe('taken');
    await quiet(service);
    const facts = await factsOf(service, identificativo);
    expect(facts.map(({ type }) => type).slice(0, 2)).toEqual(['taken-in-charge', 'message-not-delivered']);
    expect(facts[1]?.data['errore']).toBe('altro');
    expect(facts[1]?.data['erroreEsteso']).toMatch(/^5\.7\.1 - PostaCertificat@ - .*pubbliche amministrazioni/);
    expect(stage.store.messagesOf(anna.box).some((each) => each.includes('Da fuori'))).toBe(false);
  });

  // @rule INCOMING-SAME-DATA
  test('that names another sender for an id that is known is refused', async () => {
    const mittente = 'anagrafe@pec.comune.borgovento.example';
    const other = { from: mittente, to: anna.box, subject: 'Di un altro', number: 7 };
    const envelope = await sealedEnvelope(service.app.get(Installation), enti, other);
    const paths = { reversePath: mittente, forwardPath: [anna.box] };
    expect(await receiveBytes(envelope, paths, pcert)).toBe('incoming/contradicts-message');
  });
});

describe('a provider whose certificate was revoked', () => {
  // @rule CARRIAGE-ONE-OUTCOME
  test('is believed no more: its envelope is turned away, and its own sender gets the final notice', async () => {
    const folder = stage.providers;
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const authority = { certificate: read('authority.pem'), privateKey: read('authority.key') };
    const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
    const revoked = [{ certificate: read('inps.pem'), at: parseInstant('2010-08-01T00:00:00Z') }];
    writeFileSync(join(folder, 'authority.crl'), await issueRevocationList(authority, validity, revoked));
    await service.stop();
    service = await stage.service();
    const identificativo = await delivered('Revocata');
    expect(await typesOf(identificativo)).toEqual(['message-accepted', 'envelope-dispatched', 'message-not-delivered']);
    const [notice] = stage.store.messagesOf(inpsSender).filter((each) => each.includes('MANCATA CONSEGNA: Revocata'));
    expect(notice?.toString('latin1')).toContain('5.7.1 - PostaCertificat@ - Il certificato del');
  });
});

describe('what changed nothing when it came', () => {
  test('lies in no file', async () => {
    expect(await filesWithoutRow(service, stage.folder)).toEqual([]);
  });
});
