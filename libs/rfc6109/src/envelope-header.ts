import type { Instant } from '@recapito/primitives';
import type { Header } from './header-fields.ts';
import { addressesIn, fieldsNamed } from './header-fields.ts';
import { headerField, inheritedField, joinFields, textField } from './header-writing.ts';
import type { HeaderText } from './header-writing.ts';
import { dateHeader } from './legal-time.ts';
import { providerAddress } from './system-message.ts';
import type { CertifyingProvider } from './system-message.ts';

/** What an envelope says in its own name. */
interface OwnFields {
  readonly subjectPrefix: string;
  readonly oggetto: string | null;
  /** What follows the subject. */
  readonly reference: HeaderText;
  readonly at: Instant;
  /** Without angle brackets. */
  readonly messageId: string;
  /** On whose behalf it is sent; '' when nobody is known. */
  readonly sender: string;
  /** `X-Trasporto` and what goes with it. */
  readonly marks: readonly HeaderText[];
  readonly provider: CertifyingProvider;
}

/**
 * The header of a transport or anomaly envelope (RFC 6109 sections 3.1.5 and 3.2.2): Return-Path, Received, Reply-To, To
 * and Cc as the enclosed message has them, its sender in the name beside the provider's address. A field that nobody may
 * copy (see `inheritedField`) is left out: it stands in what is enclosed.
 *
 * @param recipients `named`: a To or Cc that cannot be copied is written anew with its addresses, as a message needs it
 *   that was accepted before such fields were refused
 * @rule HEADER-INHERITED
 */
export function envelopeHeader(
  enclosed: Header | null,
  own: OwnFields,
  recipients: 'named' | 'left out' = 'left out',
): HeaderText {
  const copied = (name: string) =>
    enclosed === null ? [] : fieldsNamed(enclosed, name).flatMap(({ raw }) => inheritedField(raw) ?? []);
  const addressed = (name: 'To' | 'Cc') => {
    const fields = copied(name.toLowerCase());
    if (enclosed === null || recipients === 'left out' || fields.length > 0) return fields;
    const { addresses } = addressesIn(enclosed, name.toLowerCase());
    return addresses.length === 0 ? [] : [headerField(name, addresses.join(', '))];
  };
  const replyTo = copied('reply-to');
  const replies = own.sender === '' ? [] : [headerField('Reply-To', own.sender)];
  const onBehalf = `Per conto di: ${own.sender}`.trimEnd().replace(/["\\]/g, '\\$&');
  return joinFields([
    ...copied('return-path'),
    ...copied('received'),
    textField('Subject', own.subjectPrefix, own.oggetto ?? ''),
    own.reference,
    headerField('Date', dateHeader(own.at)),
    headerField('Message-ID', `<${own.messageId}>`),
    ...(replyTo.length > 0 ? replyTo : replies),
    ...addressed('To'),
    ...addressed('Cc'),
    ...own.marks,
    headerField('From', `"${onBehalf}" <${providerAddress(own.provider)}>`),
  ]);
}
