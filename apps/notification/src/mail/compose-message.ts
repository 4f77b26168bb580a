import type { Instant } from '@recapito/primitives';
import MailComposer from 'nodemailer/lib/mail-composer';
import { messageIdOf } from '../domain/communication.ts';
import type { CertifiedSubject } from '../domain/communication.ts';
import { lastDayOf, wording } from '../domain/wording.ts';
import type { Values } from '../domain/wording.ts';
import type { ProgrammeTexts } from '../programme/texts.ts';

/** A certified message to be written. */
export interface MessageToWrite {
  readonly id: string;
  readonly generation: number;
  /** When it was asked for: its `Date`, whenever it is written. */
  readonly askedAt: Instant;
  /** The address that sends. */
  readonly sender: string;
  /** The one box that gets it. */
  readonly recipient: string;
  readonly about: CertifiedSubject;
}

/**
 * The message as a mail client would submit it: RFC 5322, one part of plain text in UTF-8, quoted-printable, CRLF.
 * The same arguments give the same bytes, so that a message handed over twice is one message.
 * @param password the first-access password of an announcement, null for any other.
 * @rule COMMUNICATION-ONCE
 */
export async function composeMessage(
  message: MessageToWrite,
  texts: ProgrammeTexts,
  password: string | null,
): Promise<Buffer> {
  const { sender, recipient, about, askedAt } = message;
  const { from, subject, text } = texts[about.kind];
  const composer = new MailComposer({
    from: { name: from.name, address: sender },
    to: recipient,
    subject: `${subject.it} / ${subject.en}`,
    date: new Date(askedAt),
    messageId: messageIdOf(message, sender),
    headers: password === null ? {} : { 'X-TipoRicevuta': 'sintetica' }, // @rule CREDENTIALS-CONCISE
    text: wording(text, valuesOf(about, texts.portal, password)),
    textEncoding: 'quoted-printable',
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return await composer.compile().build();
}

function valuesOf(about: CertifiedSubject, portal: string, password: string | null): Values {
  const { oldAddress } = about;
  if (about.kind === 'welcome') return { portal, oldAddress, newAddress: about.newAddress };
  if (password === null) throw new Error('an announcement is not written without its password');
  return { portal, oldAddress, password, userId: about.userId, lastDay: lastDayOf(about.until) };
}
