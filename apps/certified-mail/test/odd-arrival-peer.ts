import { parseInstant } from '@recapito/primitives';
import {
  deliveryReceipt,
  issueProviderCertificate,
  makeAuthority,
  seal,
  signer,
  takingInChargeReceipt,
  transportEnvelope,
} from '@recapito/rfc6109';
import type { CertifiedMessage, Signer, SystemMessage } from '@recapito/rfc6109';
import type { OddArrival, SignedMessage, SigningProvider } from '../../../e2e/odd-mail/odd-arrival.ts';
import type { Installation } from '../src/programme/installation.ts';
import { Dialog } from './mail-client.ts';
import type { Deciding } from './odd-mail-dialog.ts';
import { mail } from './post.ts';
import { inAugust } from './stage.ts';

const names: Readonly<Record<Exclude<SigningProvider, 'stranger'>, string>> = {
  inps: 'INPS - Gestore della posta elettronica certificata',
  postacertificata: 'PostaCertificat@',
  enti: 'Gestore PEC degli Enti',
};

/** What other providers sign, with the keys of an installation or with one of nobody's. */
export class SigningPeers {
  readonly #installation: Installation;
  #stranger: Promise<Signer> | undefined;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /** The message as it leaves its provider; `nth` tells its id from others. */
  async sealed(
    { kind, by, mittente, destinatario, idDomain }: SignedMessage,
    subject: string,
    nth: number,
  ): Promise<string> {
    const provider = this.#installation.own(names[by === 'stranger' ? 'inps' : by]);
    const identificativo = `pec7.20100802090000.${String(nth).padStart(5, '0')}@${idDomain ?? provider.domain}`;
    const message: CertifiedMessage = {
      identificativo,
      msgid: null,
      mittente,
      destinatari: [{ indirizzo: destinatario, tipo: 'certificato' }],
      risposte: mittente,
      oggetto: subject,
      ricevuta: 'sintetica',
    };
    const emission = { provider, messageId: `ric7.20100802090000.${nth}@${provider.domain}`, at: inAugust };
    const built: Record<SignedMessage['kind'], () => SystemMessage> = {
      'posta-certificata': () => {
        const fields = [`Subject: ${subject}`, 'X-Prova: 1', `Message-ID: <${identificativo}>`];
        const original = mail(mittente, destinatario, fields, `${subject}.`);
        return transportEnvelope(message, { provider, at: inAugust }, Buffer.from(original));
      },
      'avvenuta-consegna': () =>
        deliveryReceipt(message, emission, { recipient: destinatario, form: 'sintetica', original: null }),
      'presa-in-carico': () =>
        takingInChargeReceipt(message, emission, {
          recipients: [destinatario],
          serviceMailbox: 'ricevute@gestore-enti.example',
        }),
    };
    const key = by === 'stranger' ? await this.#strangersKey(provider) : this.#installation.signerOf(provider);
    return (await seal(built[kind](), key)).toString('latin1');
  }

  /** A certificate like that of a provider, by an authority of somebody's own. */
  async #strangersKey({ name, domain }: { name: string; domain: string }): Promise<Signer> {
    const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
    this.#stranger ??= makeAuthority('Altrove', validity)
      .then((authority) =>
        issueProviderCertificate(authority, { name, address: `posta-certificata@${domain}` }, validity),
      )
      .then(({ certificate, privateKey }) => signer(certificate, privateKey));
    return await this.#stranger;
  }
}

/** Brings a message in the clear, as anybody can; the first command that is refused decides. */
export async function bringOdd(port: number, { mailFrom, rcptTo }: OddArrival, content: string): Promise<Deciding> {
  const dialog = await Dialog.open(port, false);
  await dialog.say('EHLO altrove.example');
  const commands = [
    { command: 'MAIL', line: `MAIL FROM:${mailFrom}` } as const,
    ...rcptTo.map((argument) => ({ command: 'RCPT', line: `RCPT TO:${argument}` }) as const),
    { command: 'DATA', line: 'DATA' } as const,
  ];
  try {
    for (const { command, line } of commands) {
      const reply = (await dialog.say(line)).trim();
      if (!/^[23]/.test(reply)) return { command, reply };
    }
    const data = content.replace(/(^|\r\n)\./g, '$1..');
    return { command: 'DATA', reply: (await dialog.bring(Buffer.from(`${data}\r\n.\r\n`, 'latin1'))).trim() };
  } finally {
    dialog.vanish();
  }
}
