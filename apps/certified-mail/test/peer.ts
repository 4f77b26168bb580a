import type { CertifiedMessage } from '@recapito/rfc6109';
import { seal, transportEnvelope } from '@recapito/rfc6109';
import type { Installation } from '../src/programme/installation.ts';
import { Dialog } from './mail-client.ts';
import { mail } from './post.ts';
import { inAugust } from './stage.ts';

/** What another provider brings to an incoming point. */
export interface IncomingMessage {
  readonly from: string;
  readonly to: readonly string[];
  /** Left out by a peer that goes before DATA. */
  readonly content?: string | Buffer;
}

/** The replies to MAIL FROM, each RCPT TO, and the end of DATA where it came so far. */
export async function bring(port: number, { from, to, content }: IncomingMessage): Promise<string[]> {
  const dialog = await Dialog.open(port, false);
  await dialog.say('EHLO altrove.example');
  const replies = [await dialog.say(`MAIL FROM:<${from}>`)];
  for (const address of to) replies.push(await dialog.say(`RCPT TO:<${address}>`));
  if (content !== undefined && replies.some((reply, nth) => nth > 0 && reply.startsWith('250'))) {
    await dialog.say('DATA');
    replies.push(await dialog.say(`${content.toString('latin1')}\r\n.`));
  }
  dialog.vanish();
  return replies.map((reply) => reply.trim());
}

/** What a spec writes; `number` tells it from others, unless it says under which id it goes. */
export interface SpecLetter {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly number: number;
  readonly identificativo?: string;
}

/** A transport envelope of a provider whose key an installation has, for one recipient. */
export async function sealedEnvelope(
  installation: Installation,
  providerName: string,
  { from, to, subject, number, identificativo }: SpecLetter,
): Promise<Buffer> {
  const provider = installation.own(providerName);
  const message: CertifiedMessage = {
    identificativo: identificativo ?? `pec9.20100802090000.${String(number).padStart(5, '0')}@${provider.domain}`,
    msgid: null,
    mittente: from,
    destinatari: [{ indirizzo: to, tipo: 'certificato' }],
    risposte: from,
    oggetto: subject,
    ricevuta: 'completa',
  };
  const by = { provider, messageId: message.identificativo, at: inAugust };
  const original = mail(from, to, [`Subject: ${subject}`, `Message-ID: <${message.identificativo}>`]);
  return await seal(transportEnvelope(message, by, Buffer.from(original)), installation.signerOf(provider));
}
