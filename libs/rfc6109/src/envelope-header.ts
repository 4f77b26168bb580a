import type { Instant } from '@recapito/primitives';
import type { Header } from './header-fields.ts';
import { fieldsNamed } from './header-fields.ts';
import { headerField, textField } from './header-writing.ts';
import { dateHeader } from './legal-time.ts';
import { providerAddress } from './system-message.ts';
import type { CertifyingProvider } from './system-message.ts';

/** What an envelope says in its own name. */
interface OwnFields {
  readonly subjectPrefix: string;
  readonly oggetto: string | null;
  /** Whole fields that follow the subject. */
  readonly reference: string;
  readonly at: Instant;
  /** Without angle brackets. */
  readonly messageId: string;
  /** On whose behalf it is sent; '' when nobody is known. */
  readonly sender: string;
  /** `X-Trasporto` and what goes with it, whole fields. */
  readonly marks: readonly string[];
  readonly provider: CertifyingProvider;
}

/**
 * The header of a transport or anomaly envelope (RFC 6109 sections 3.1.5 and 3.2.2): Return-Path, Received, Reply-To, To
 * and Cc as the enclosed message has them, its sender in the name beside the provider's address.
 */
export function envelopeHeader(enclosed: Header | null, own: OwnFields): string {
  const copied = (name: string) => (enclosed ? fieldsNamed(enclosed, name).map(({ raw }) => wholeField(raw)) : []);
  const replyTo = copied('reply-to');
  const replies = own.sender === '' ? [] : [headerField('Reply-To', own.sender)];
  const onBehalf = `Per conto di: ${own.sender}`.trimEnd().replace(/["\\]/g, '\\$&');
  return [
    ...copied('return-path'),
    ...copied('received'),
    textField('Subject', own.subjectPrefix, own.oggetto ?? ''),
    own.reference,
    headerField('Date', dateHeader(own.at)),
    headerField('Message-ID', `<${own.messageId}>`),
    ...(replyTo.length > 0 ? replyTo : replies),
    ...copied('to'),
    ...copied('cc'),
    ...own.marks,
    headerField('From', `"${onBehalf}" <${providerAddress(own.provider)}>`),
  ].join('');
}

/** The field as it stands; one that ends with the message, before its line does, gets its line end. */
function wholeField(raw: Buffer): string {
  const text = raw.toString('latin1');
  return text.endsWith('\n') ? text : `${text}\r\n`;
}
