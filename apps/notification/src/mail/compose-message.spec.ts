import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import PostalMime from 'postal-mime';
import type { CertifiedSubject } from '../domain/communication.ts';
import { readTexts } from '../programme/texts.ts';
import type { ProgrammeTexts } from '../programme/texts.ts';
import { composeMessage } from './compose-message.ts';

const shipped = readTexts(new URL('../../../../programmes', import.meta.url).pathname).get('inps-2010');

const until = parseInstant('2010-09-15T22:00:00Z');
const oldAddress = 'rssmra80a01h501u@inpspec.gov.it';
const newAddress = 'mario.rossi@postacertificata.gov.it';
const announcement: CertifiedSubject = { kind: 'announcement', enrolment: 'e', oldAddress, userId: newAddress, until };
const password = 'KQ4mWzTr7pXe';

const envelope = {
  id: '0195c7a0-0000-8000-8000-000000000001',
  generation: 1,
  askedAt: parseInstant('2010-08-02T07:00:00Z'),
  sender: 'pec.cittadini@inpspec.gov.it',
  recipient: oldAddress,
};

function texts(): ProgrammeTexts {
  if (shipped === undefined) throw new Error('the move of 2010 has no texts');
  return shipped;
}

async function announced(): Promise<Buffer> {
  return await composeMessage({ ...envelope, about: announcement }, texts(), password);
}

async function read(message: Buffer) {
  return await PostalMime.parse(message);
}

/** Each language of a message alone. */
async function halvesOf(message: Buffer): Promise<{ it: string; en: string }> {
  const [it = '', en = ''] = ((await read(message)).text ?? '').split('-'.repeat(60));
  return { it, en };
}

describe('a certified message, byte for byte', () => {
  const short: ProgrammeTexts = {
    ...texts(),
    portal: 'https://portale.example',
    welcome: {
      from: { name: 'Città di Forlì', address: 'servizio@postacertificata.gov.it' },
      subject: { it: 'È attiva', en: 'It is active' },
      text: { it: 'Perché {{newAddress}} sì, {{oldAddress}} no: {{portal}}\n', en: '{{newAddress}} = new\n' },
    },
  };

  test('has RFC 5322 headers with the names that are not ASCII encoded, and a quoted-printable body in CRLF', async () => {
    const about: CertifiedSubject = { kind: 'welcome', oldAddress: 'a@b.example', newAddress: 'c@d.example' };
    const sender = 'servizio@postacertificata.gov.it';
    const message = await composeMessage({ ...envelope, sender, recipient: 'c@d.example', about }, short, null);
    expect(message.toString('latin1').split('\r\n')).toEqual([
      'From: =?UTF-8?Q?Citt=C3=A0_di_Forl=C3=AC?=',
      ' <servizio@postacertificata.gov.it>',
      'To: c@d.example',
      'Subject: =?UTF-8?Q?=C3=88_attiva_/_It_is_active?=',
      'Message-ID:',
      ' <0195c7a0-0000-8000-8000-000000000001.1@postacertificata.gov.it>',
      'Date: Mon, 02 Aug 2010 07:00:00 +0000',
      'Content-Transfer-Encoding: quoted-printable',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Perch=C3=A9 c@d.example s=C3=AC, a@b.example no: https://portale.example',
      '',
      '------------------------------------------------------------',
      '',
      'c@d.example =3D new',
      '',
    ]);
  });

  test('is the same message each time it is written, whatever the clocks say', async () => {
    expect((await announced()).equals(await announced())).toBe(true);
  });

  test('is another message for another generation', async () => {
    const reissued = await composeMessage({ ...envelope, generation: 2, about: announcement }, texts(), password);
    expect((await read(reissued)).messageId).not.toBe((await read(await announced())).messageId);
  });

  test('has no bare line end and no line over 998 characters, however long a paragraph is', async () => {
    const message = (await announced()).toString('latin1');
    expect(message.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...message.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(message).toMatch(/^[\r\n -~]*$/);
  });
});

describe('the announcement of the move of 2010', () => {
  test('goes from the programme’s own address of class pa to the old box, and can be read by other software', async () => {
    const { from, to, subject, messageId } = await read(await announced());
    expect(from).toEqual({ name: 'INPS – Posta certificata per i cittadini', address: 'pec.cittadini@inpspec.gov.it' });
    expect(to).toEqual([{ name: '', address: oldAddress }]);
    expect(subject).toBe(
      'La Sua nuova casella PostaCertificat@: perché e come attivarla / Your new mailbox: why and how to activate it',
    );
    expect(messageId).toBe('<0195c7a0-0000-8000-8000-000000000001.1@inpspec.gov.it>');
  });

  test('asks for the concise receipt, so that the password does not come back', async () => {
    expect((await announced()).toString('latin1')).toMatch(/^X-TipoRicevuta: sintetica\r$/im);
  });

  const demanded: [string, RegExp, RegExp][] = [
    [
      'the user id',
      /^Nome utente: mario\.rossi@postacertificata\.gov\.it$/m,
      /^User id: mario\.rossi@postacertificata\.gov\.it$/m,
    ],
    [
      'the first-access password',
      /^Password di primo accesso: KQ4mWzTr7pXe$/m,
      /^First-access password: KQ4mWzTr7pXe$/m,
    ],
    ['step 1', /1\. Apra il portale https:/, /1\. Open the portal https:/],
    ['step 2', /2\. Entri nell’area riservata con il nome utente/, /2\. Enter the private area with the user id/],
    ['step 3', /3\. Cambi la password/, /3\. Change the first-access password/],
    ['step 4', /4\. Legga e accetti il contratto e l’informativa/, /4\. Read and accept the contract and the privacy/],
    ['step 5', /5\. Scelga le domande di sicurezza/, /5\. Choose the security questions/],
    ['step 6', /6\. Confermi l’attivazione/, /6\. Confirm the activation/],
    ['the last day', /entro e non oltre il 15 settembre 2010/, /not later than 15 September 2010/],
    ['the 24 hours', /disponibile entro 24 ore/, /available within 24 hours/],
    [
      'that no data are typed again',
      /Non deve inserire di nuovo i Suoi dati/,
      /need not type your personal data again/,
    ],
    ['that nobody goes to a post office', /non deve andare in un ufficio postale/, /need not go to a post office/],
    ['what becomes of the old address', /vecchio indirizzo rssmra\S+ si perde/, /old address rssmra\S+ is lost/],
    ['that one may let it lapse', /può lasciare scadere il termine/, /may let the term lapse/],
  ];

  // @rule ANNOUNCEMENT-SAYS
  test.each(demanded)('says %s, in Italian and in English', async (_, italian, english) => {
    const { it, en } = await halvesOf(await announced());
    expect(it).toMatch(italian);
    expect(en).toMatch(english);
  });

  test('is not written without its password', async () => {
    await expect(composeMessage({ ...envelope, about: announcement }, texts(), null)).rejects.toThrow('password');
  });
});

describe('the welcome to the new box', () => {
  test('names both addresses, carries no credentials and asks for no other receipt than the ordinary one', async () => {
    const about: CertifiedSubject = { kind: 'welcome', oldAddress, newAddress };
    const message = await composeMessage({ ...envelope, recipient: newAddress, about }, texts(), null);
    const { it, en } = await halvesOf(message);
    expect(it).toContain(`Il Suo indirizzo: ${newAddress}`);
    expect(it).toContain(`Il vecchio indirizzo ${oldAddress}`);
    expect(en).toContain(`Your address: ${newAddress}`);
    expect(message.toString('latin1')).not.toMatch(/X-TipoRicevuta/i);
  });
});
