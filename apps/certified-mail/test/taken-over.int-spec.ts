import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { receiptCarried, receiptDoubted, receiptUnplaced } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { after, formatInstant } from '@recapito/primitives';
import { acceptanceReceipt, deliveryReceipt, seal, takingInChargeReceipt, timeLimitNotice } from '@recapito/rfc6109';
import type { CertifiedMessage, SystemMessage } from '@recapito/rfc6109';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import { bring } from './peer.ts';
import { dataOf, mail, quiet, submit } from './post.ts';
import { anna, comune, entiReceipts, inAugust, inpsSender, Stage } from './stage.ts';

const hour = 3_600_000;
const stage = new Stage();
const inps = 'INPS - Gestore della posta elettronica certificata';
const pcert = 'PostaCertificat@';
const enti = 'Gestore PEC degli Enti';
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  const takenOver = [{ domain: 'postacertificata.gov.it', at: formatInstant(after(inAugust, -40 * hour)), from: enti }];
  stage.amend('postacertificata', { takenOver });
  stage.amend('inps', { takenOver: takenOver.map((record) => ({ ...record, domain: 'inpspec.gov.it' })) });
  await stage.set();
  service = await stage.service();
});

afterAll(() => stage.end());

/** A message that another provider accepted, before its sender's domain came here. */
function acceptedElsewhere(number: number, mittente: string, recipient: string): CertifiedMessage {
  return {
    identificativo: `vecchio.${number}@vecchio-gestore.example`,
    msgid: `<vecchio-${number}@client.example>`,
    mittente,
    destinatari: [{ indirizzo: recipient, tipo: 'certificato' }],
    risposte: mittente,
    oggetto: `Prima del passaggio ${number}`,
    ricevuta: 'completa',
  };
}

function by(provider: string, number: number) {
  const own = service.app.get(Installation).own(provider);
  return { provider: own, messageId: `rr.${number}@${own.domain}`, at: inAugust };
}

/** The last reply to a receipt that a provider brings. */
async function answerTo(receipt: SystemMessage, signedBy: string, to: readonly string[]): Promise<string> {
  const installation = service.app.get(Installation);
  const content = await seal(receipt, installation.signerOf(installation.own(signedBy)));
  const port = service.app.get(IncomingPoint).state.port;
  const replies = await bring(port, { from: receipt.reversePath, to, content });
  await quiet(service);
  return replies.at(-1) ?? '';
}

function delivery(message: CertifiedMessage, provider: string, number: number, recipient: string): SystemMessage {
  return deliveryReceipt(message, by(provider, number), { recipient, form: 'sintetica', original: null });
}

const having = (box: string, text: string) => stage.store.messagesOf(box).filter((each) => each.includes(text));

describe('a correct receipt about a message that was accepted elsewhere', () => {
  test('reaches the box that it names as sender, changes nothing and is traced', async () => {
    const message = acceptedElsewhere(1, comune, anna.box);
    const receipt = delivery(message, pcert, 1, anna.box);
    expect(await answerTo(receipt, pcert, [comune])).toBe('250 2.6.0 preso in carico');
    expect(await answerTo(receipt, pcert, [comune])).toBe('250 2.6.0 preso in carico');
    expect(having(comune, 'Subject: CONSEGNA: Prima del passaggio 1')).toHaveLength(1);
    expect(await dataOf(service, receiptCarried)).toMatchObject([
      { identificativo: 'vecchio.1@vecchio-gestore.example', tipo: 'avvenuta-consegna', mittente: comune },
    ]);
    expect(await stage.client.recipient.count()).toBe(0);
  });

  // @rule RECEIPT-TAKE-OVER
  test('reaches a holder’s box whose domain has just come here, though it has sent nothing from here', async () => {
    const message = acceptedElsewhere(2, anna.box, comune);
    expect(await answerTo(delivery(message, enti, 2, comune), enti, [anna.box])).toMatch(/^250 /);
    expect(having(anna.box, 'Subject: CONSEGNA: Prima del passaggio 2')).toHaveLength(1);
  });

  test('may be the acceptance itself, from the provider that the sender had before, and from no other', async () => {
    const message = acceptedElsewhere(3, anna.box, comune);
    expect(await answerTo(acceptanceReceipt(message, by(enti, 3)), enti, [anna.box])).toMatch(/^250 /);
    expect(having(anna.box, 'Subject: ACCETTAZIONE: Prima del passaggio 3')).toHaveLength(1);
    const forged = acceptedElsewhere(4, anna.box, comune);
    expect(await answerTo(acceptanceReceipt(forged, by(inps, 4)), inps, [anna.box])).toMatch(/^550 /);
    expect(having(anna.box, 'Prima del passaggio 4')).toEqual([]);
  });

  test('from a provider that does not answer for the recipient is an anomaly and a finding', async () => {
    const message = acceptedElsewhere(5, comune, anna.box);
    expect(await answerTo(delivery(message, inps, 5, anna.box), inps, [comune])).toBe(
      '250 2.6.0 ricevuto, non certificato',
    );
    expect(having(comune, 'Subject: ANOMALIA MESSAGGIO: CONSEGNA: Prima del passaggio 5')).toHaveLength(1);
    const doubted = (await dataOf(service, receiptDoubted)).filter(
      ({ messaggio }) => messaggio === message.identificativo,
    );
    expect(doubted).toMatchObject([{ firmatario: inps, motivo: 'receipt/not-owed', riguarda: [anna.box] }]);
  });

  test('of a taking in charge goes to the service mailbox, never to a user', async () => {
    const message = acceptedElsewhere(6, comune, anna.box);
    const taken = { recipients: [anna.box], serviceMailbox: entiReceipts };
    const receipt = takingInChargeReceipt(message, by(pcert, 6), taken);
    expect(await answerTo(receipt, pcert, [comune, entiReceipts])).toBe('250 2.6.0 preso in carico');
    expect(having(entiReceipts, 'Subject: PRESA IN CARICO: Prima del passaggio 6')).toHaveLength(1);
    expect(having(comune, 'Prima del passaggio 6')).toEqual([]);
    const dropped = (await dataOf(service, receiptUnplaced)).filter(({ tipo }) => tipo === 'presa-in-carico');
    expect(dropped).toMatchObject([{ casella: comune, motivo: 'receipt/not-for-this-box' }]);
  });

  // @rule RECEIPT-TAKE-OVER
  test('for a holder’s box is not placed any more when its domain came here longer than 48 hours ago', async () => {
    await stage.setClock(after(inAugust, 9 * hour));
    const message = acceptedElsewhere(7, anna.box, comune);
    expect(await answerTo(delivery(message, enti, 7, comune), enti, [anna.box])).toMatch(/^250 /);
    expect(having(anna.box, 'Prima del passaggio 7')).toEqual([]);
    const unplaced = (await dataOf(service, receiptUnplaced)).filter(
      ({ identificativo }) => identificativo === message.identificativo,
    );
    expect(unplaced).toMatchObject([{ casella: anna.box, tipo: 'avvenuta-consegna' }]);
  });
});

test('the provider that a domain had before says nothing about a message that was accepted here since', async () => {
  const token = await stage.serviceToken('notification');
  const { body } = await submit(service, token, mail(inpsSender, anna.box, ['Subject: Dopo il passaggio']));
  const message = { ...acceptedElsewhere(8, inpsSender, anna.box), identificativo: body.identificativo };
  const certified: CertifiedMessage = { ...message, msgid: null, oggetto: 'Dopo il passaggio' };
  const limit = timeLimitNotice(certified, by(enti, 8), { recipient: anna.box, limit: 'twelve-hours' });
  expect(await answerTo(limit, enti, [inpsSender])).toBe('250 2.6.0 ricevuto, non certificato');
  const doubted = (await dataOf(service, receiptDoubted)).filter(({ messaggio }) => messaggio === body.identificativo);
  expect(doubted).toMatchObject([{ firmatario: enti, motivo: 'receipt/not-owed', riguarda: [anna.box] }]);
});
