import { bareLineEndsIn } from './bare-line-ends.ts';
import type { BareLineEnd } from './bare-line-ends.ts';
import { headerField, joinFields, latin1Octets, noFields } from './header-writing.ts';
import type { HeaderText } from './header-writing.ts';
import { addressesIn, fieldsNamed, fieldValue, readHeader, textIn } from './header-fields.ts';
import type { Header } from './header-fields.ts';
import { receiptForms } from './certification.ts';
import type { ReceiptForm, Remark } from './certification.ts';
import { messageIdIn } from './message-id.ts';
import { referenceField } from './system-message.ts';

/** The message that a user submits: the bytes as they are kept and attached, and what its header says. */
export interface Original {
  /** Lines ended by CRLF. */
  readonly bytes: Buffer;
  readonly header: Header;
  /** Addresses in lower case, each once. */
  readonly to: readonly string[];
  readonly cc: readonly string[];
  /** The addresses of To, then of Cc, with the local parts as they were written; one that was written twice stands twice. */
  readonly written: readonly string[];
  /** The client's Message-ID with its angle brackets; null without one, or when it cannot be certified. */
  readonly msgid: string | null;
  readonly oggetto: string | null;
  readonly ricevuta: ReceiptForm;
  /** What its acceptance receipt says of it, in this order; empty when there is nothing. */
  readonly remarks: readonly Remark[];
  /** Bare CR and LF that its header held when it came. */
  readonly bareLineEnds: readonly BareLineEnd[];
}

/** Reads a submitted message; bare line feeds become CRLF. Null when its header is too long to be read. */
export function readOriginal(submitted: Buffer): Original | null {
  const bytes = withCrlf(submitted);
  const header = readHeader(bytes);
  if (!header) return null;
  const subject = textIn(header, 'subject');
  const asked = fieldValue(header, 'x-tiporicevuta')?.toLowerCase();
  const { msgid, lost } = messageIdIn(header);
  const hasDate = fieldsNamed(header, 'date').length > 0;
  const named = { to: addressesIn(header, 'to'), cc: addressesIn(header, 'cc') };
  const to = [...new Set(named.to.addresses)];
  return {
    bytes,
    header,
    to,
    cc: [...new Set(named.cc.addresses)].filter((address) => !to.includes(address)),
    written: [...named.to.written, ...named.cc.written],
    msgid,
    oggetto: subject?.text ?? null,
    ricevuta: receiptForms.find((form) => form === asked) ?? 'completa',
    remarks: [
      ...when(lost, 'message-id-lost'),
      ...when(subject?.lost === true, 'subject-undecoded'),
      ...when(!hasDate, 'date-missing'),
    ],
    bareLineEnds: bytes === submitted ? [] : bareLineEndsIn(submitted),
  };
}

function when(holds: boolean, remark: Remark): Remark[] {
  return holds ? [remark] : [];
}

/** Where replies to the message go: its Reply-To, or the sender. */
export function repliesTo(original: Original, sender: string): string {
  return addressesIn(original.header, 'reply-to').addresses[0] ?? sender;
}

/**
 * The original as it is kept and travels: its Message-ID is the certified one, the client's own stands in
 * `X-Riferimento-Message-ID`, all else is as it came.
 * @param received the `Received` field of the access point, which goes before everything else
 * @rule RFC6109-2.2.1
 */
export function withCertifiedId(original: Original, identificativo: string, received: HeaderText = noFields): Buffer {
  const certifiedId = headerField('Message-ID', `<${identificativo}>`);
  const ownFields = joinFields([received, referenceField(original.msgid), certifiedId]);
  const replaced = new Set(['message-id', 'x-riferimento-message-id']);
  const kept = original.header.fields.filter((field) => !replaced.has(field.name)).map(({ raw }) => wholeField(raw));
  const body = original.bytes.subarray(original.header.bodyAt);
  return Buffer.concat([latin1Octets(ownFields), ...kept, lineEnd, body]);
}

const lineEnd = Buffer.from('\r\n');

/** The field as it stands; one that ends with the message, before its line does, gets its line end. */
export function wholeField(raw: Buffer): Buffer {
  return raw.at(-1) === 10 ? raw : Buffer.concat([raw, lineEnd]);
}

/** The bytes with every line ended by CRLF, as mail travels. */
export function withCrlf(bytes: Buffer): Buffer {
  if (!hasBareLineEnd(bytes)) return bytes;
  return Buffer.from(bytes.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n'), 'latin1');
}

function hasBareLineEnd(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) if (bytes[at - 1] !== 13) return true;
  for (let at = bytes.indexOf(13); at !== -1; at = bytes.indexOf(13, at + 1)) if (bytes[at + 1] !== 10) return true;
  return false;
}
