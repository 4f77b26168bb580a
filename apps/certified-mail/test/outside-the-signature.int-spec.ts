import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anomalyEnclosed, receiptUnplaced } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import { bring, sealedEnvelope } from './peer.ts';
import { dataOf, factsOf, mail, quiet, submit } from './post.ts';
import { anna, comune, inpsSender, mario, provincia, Stage } from './stage.ts';

const stage = new Stage();
const enti = 'Gestore PEC degli Enti';
const byPcert = 'posta-certificata@postacertificata.gov.it';
const byEnti = 'posta-certificata@gestore-enti.example';
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

/** The last reply of the incoming point. */
async function answerTo(from: string, to: readonly string[], content: string): Promise<string> {
  const port = service.app.get(IncomingPoint).state.port;
  const replies = await bring(port, { from, to, content: Buffer.from(content, 'latin1') });
  await quiet(service);
  return replies.at(-1) ?? '';
}

function having(box: string, text: string): string[] {
  return stage.store
    .messagesOf(box)
    .map((each) => each.toString('latin1'))
    .filter((each) => each.includes(text));
}

/** A message out of a box, as it came there: without the line that the store adds. */
function takenFrom(box: string, text: string): string {
  const [message] = having(box, text);
  if (message === undefined) throw new Error(`nothing in ${box} has ${text}`);
  return message.slice(message.indexOf('\r\n') + 2);
}

async function sent(from: string, to: string, subject: string, token = notification): Promise<string> {
  const { body } = await submit(
    service,
    token,
    mail(from, to, [`Subject: ${subject}`, `Message-ID: <${subject.replaceAll(' ', '-')}@client.example>`]),
  );
  await quiet(service);
  return body.identificativo;
}

async function typesOf(identificativo: string): Promise<string[]> {
  return (await factsOf(service, identificativo)).map(({ type }) => type);
}

const withSubject = (text: string, subject: string) => text.replace(/^Subject: .*$/m, `Subject: ${subject}`);
const withId = (text: string, id: string) => text.replace(/^Message-ID: <[^>]*>/m, `Message-ID: <${id}>`);

describe('a genuine envelope with a byte changed outside its signature', () => {
  let envelope: string;
  beforeAll(async () => {
    const letter = { from: anna.box, to: anna.box, subject: 'Lettera a me stessa', number: 71 };
    envelope = (await sealedEnvelope(service.app.get(Installation), 'PostaCertificat@', letter)).toString('latin1');
  });

  test.each([
    ['another mark', (text: string) => text.replace('X-Trasporto: posta-certificata', 'X-Trasporto: x')],
    ['another Subject', (text: string) => withSubject(text, 'POSTA CERTIFICATA: Avviso di pagamento')],
    [
      'another From',
      (text: string) => text.replace('<posta-certificata@postacertificata', '<posta-certificata@gestore'),
    ],
  ])('(%s) opens no closed circuit in the name of a public body, and nothing is signed for one', async (_, change) => {
    const altered = change(envelope);
    expect(await answerTo(comune, [anna.box], altered)).toMatch(/^55\d /);
    expect(await answerTo(anna.box, [anna.box], altered)).toMatch(/^550 5\.7\.1 .*\(INCOMING-ANOMALY\)$/);
    expect(await answerTo('', [anna.box], altered)).toMatch(/^550 5\.7\.1 .*\(INCOMING-ANOMALY\)$/);
    expect(having(anna.box, 'ANOMALIA')).toEqual([]);
  });

  // @rule ANOMALY-FOR-NOBODY
  test('is enclosed in an open box for the signed sender when that is who brings it, else for the signer', async () => {
    const altered = withSubject(envelope, 'POSTA CERTIFICATA: Altro oggetto');
    expect(await answerTo(anna.box, [comune], altered)).toBe('250 2.6.0 ricevuto, non certificato');
    expect(await answerTo('mario.rossi@postacertificata.gov.it', [provincia], altered)).toMatch(/^250 /);
    const [forAnna, forSigner] = [comune, provincia].map((box) => having(box, 'Altro oggetto'));
    expect(forAnna).toHaveLength(1);
    expect(forAnna?.[0]).toMatch(
      /^From: "Per conto di: anna\.bianchi@postacertificata\.gov\.it"\r?\n? <posta-certificata@gestore-enti\.example>/m,
    );
    expect(forSigner).toHaveLength(1);
    expect(forSigner?.[0]).toMatch(
      /^From: "Per conto di: posta-certificata@postacertificata\.gov\.it"\s+<posta-certificata@gestore-enti\.example>/m,
    );
  });

  // @rule INCOMING-ANOMALY-ONCE
  test('is the same message however often another byte outside the signature is changed', async () => {
    const count = async () => (await dataOf(service, anomalyEnclosed)).length;
    const before = await count();
    for (const nth of [1, 2, 3]) {
      const altered = withSubject(envelope, `POSTA CERTIFICATA: Versione ${nth}`);
      expect(await answerTo(anna.box, [comune], altered)).toMatch(/^250 /);
    }
    expect(having(comune, 'Versione')).toEqual([]);
    expect(await count()).toBe(before);
  });
});

describe('a genuine receipt', () => {
  test('makes no later message vanish, whatever Message-ID it is brought under', async () => {
    const token = await stage.citizenToken(anna.holder, 'enrolment');
    const first = await sent(anna.box, comune, 'Prima istanza', token);
    const receipt = takenFrom(anna.box, 'Subject: CONSEGNA: Prima istanza');
    const [, stamp = '', serial = ''] = /^pec1\.(\d{14})\.(\d+)@/.exec(first) ?? [];
    for (let next = 1; next <= 8; next++) {
      const id = `pec1.${stamp}.${String(Number(serial) + next).padStart(5, '0')}@postacertificata.gov.it`;
      expect(await answerTo(byEnti, [comune], withId(receipt, id))).toMatch(/^550 5\.7\.1 .*\(RECEIPT-ADDRESSEE\)$/);
    }
    const second = await sent(anna.box, comune, 'Istanza con termine', token);
    expect(having(comune, 'Subject: CONSEGNA: Prima istanza')).toEqual([]);
    expect(having(comune, 'Subject: POSTA CERTIFICATA: Istanza con termine')).toHaveLength(1);
    expect(having(anna.box, 'Subject: CONSEGNA: Istanza con termine')).toHaveLength(1);
    expect(await typesOf(second)).toContain('message-delivered');
  });

  // @rule RECEIPT-ADDRESSEE
  test('goes to the box of its sender alone; for others it is dropped and traced once', async () => {
    await sent(inpsSender, anna.box, 'Vera');
    const receipt = takenFrom(inpsSender, 'Subject: CONSEGNA: Vera');
    for (const nth of [1, 2, 3])
      expect(await answerTo(byPcert, [provincia], withId(receipt, `qualunque.${nth}@altrove.example`))).toMatch(
        /^550 /,
      );
    expect(having(provincia, 'CONSEGNA')).toEqual([]);
    const dropped = (await dataOf(service, receiptUnplaced)).filter(({ casella }) => casella === provincia);
    expect(dropped.map(({ motivo }) => motivo)).toEqual(['receipt/not-for-this-box']);
  });

  test('under another Message-ID is the same receipt', async () => {
    await sent(inpsSender, anna.box, 'Una sola ricevuta');
    const receipt = takenFrom(inpsSender, 'Subject: CONSEGNA: Una sola ricevuta');
    expect(await answerTo(byPcert, [inpsSender], withId(receipt, 'altra.1@altrove.example'))).toMatch(/^250 /);
    expect(having(inpsSender, 'Subject: CONSEGNA: Una sola ricevuta')).toHaveLength(1);
  });

  test('with another Subject or reference is no receipt: its sender gets it enclosed, nobody else anything', async () => {
    await sent(inpsSender, anna.box, 'Autentica');
    const receipt = takenFrom(inpsSender, 'Subject: CONSEGNA: Autentica');
    const forged = withSubject(receipt, 'CONSEGNA: Mai inviata').replace(/<Autentica@client/, '<mai-inviata@client');
    expect(await answerTo(byPcert, [comune], forged)).toMatch(/^550 /);
    expect(await answerTo(byPcert, [inpsSender], forged)).toBe('250 2.6.0 ricevuto, non certificato');
    expect(having(comune, 'Mai inviata')).toEqual([]);
    const [enclosed, ...more] = having(inpsSender, 'Mai inviata');
    expect(more).toEqual([]);
    expect(enclosed).toContain('Subject: ANOMALIA MESSAGGIO: CONSEGNA: Mai inviata\r\n');
    expect(enclosed).toContain('(Subject)');
  });
});

// @rule INCOMING-RECIPIENTS
describe('a genuine envelope brought by a stranger', () => {
  test('to a box that it does not name is neither delivered there as certified nor receipted', async () => {
    const identificativo = await sent(inpsSender, anna.box, 'Solo per Anna');
    const envelope = takenFrom(anna.box, `Message-ID: <${identificativo}>`);
    expect(await answerTo(inpsSender, [mario.box], envelope)).toMatch(/^550 5\.7\.1 .*\(INCOMING-ANOMALY\)$/);
    expect(await answerTo(inpsSender, [comune], envelope)).toBe('250 2.6.0 ricevuto, non certificato');
    expect(having(mario.box, 'Solo per Anna')).toEqual([]);
    const [enclosed, ...more] = having(comune, 'Solo per Anna');
    expect(more).toEqual([]);
    expect(enclosed).toContain('X-Trasporto: errore\r\n');
    const about = (await factsOf(service, identificativo)).filter(({ data }) =>
      [comune, mario.box].includes(String(data['consegna'])),
    );
    expect(about).toEqual([]);
  });

  test('to a box that it names and to another is delivered to the one and enclosed for the other', async () => {
    const letter = { from: 'servizio@postacertificata.gov.it', to: comune, subject: 'A due caselle', number: 72 };
    const envelope = (await sealedEnvelope(service.app.get(Installation), 'PostaCertificat@', letter)).toString(
      'latin1',
    );
    expect(await answerTo(letter.from, [comune, provincia], envelope)).toBe('250 2.6.0 preso in carico');
    expect(having(comune, 'Subject: POSTA CERTIFICATA: A due caselle')).toHaveLength(1);
    expect(having(provincia, 'Subject: ANOMALIA MESSAGGIO: POSTA CERTIFICATA: A due caselle')).toHaveLength(1);
    const identificativo = 'pec9.20100802090000.00072@postacertificata.gov.it';
    const taken = (await factsOf(service, identificativo)).find(({ type }) => type === 'taken-in-charge');
    expect(taken?.data['ricezione']).toEqual([comune]);
  });
});

test('two providers may use one id in a domain that is nobody’s, and each message is delivered', async () => {
  const installation = service.app.get(Installation);
  const identificativo = 'pec9.1@server.nessuno.example';
  const first = {
    from: 'servizio@postacertificata.gov.it',
    to: comune,
    subject: 'Prima con questo id',
    number: 1,
    identificativo,
  };
  const second = { from: inpsSender, to: comune, subject: 'Seconda con questo id', number: 2, identificativo };
  for (const [provider, letter] of [
    ['PostaCertificat@', first],
    ['INPS - Gestore della posta elettronica certificata', second],
  ] as const) {
    const envelope = await sealedEnvelope(installation, provider, letter);
    expect(await answerTo(letter.from, [comune], envelope.toString('latin1'))).toBe('250 2.6.0 preso in carico');
    expect(having(comune, `Subject: POSTA CERTIFICATA: ${letter.subject}`)).toHaveLength(1);
  }
});

test('an id in a domain of ours comes under our own certificate alone, and squatting it costs its owner no message', async () => {
  const installation = service.app.get(Installation);
  const letter = {
    from: 'segreteria@pec.comune.borgovento.example',
    to: comune,
    subject: 'Con un id altrui',
    number: 3,
    identificativo: 'pec1.20100802090000.00400@inpspec.gov.it',
  };
  const envelope = await sealedEnvelope(installation, enti, letter);
  expect(await answerTo(letter.from, [comune], envelope.toString('latin1'))).toBe(
    '250 2.6.0 ricevuto, non certificato',
  );
  expect(await stage.client.message.count({ where: { identificativo: letter.identificativo } })).toBe(0);
});
