import { fieldsNamed } from './header-fields.ts';
import type { Header } from './header-fields.ts';

/** A longer Message-ID is not certified: an index of ids and a line of a header have to hold it. */
const longestId = 400;

/** Two more, for the angle brackets that were added. */
const certifiable = new RegExp(`^[!-~](?:[ -~]{0,${longestId}}[!-~])?$`);

/** What became of the Message-ID that a client or a stranger had set. */
export interface MessageIdReading {
  /** With its angle brackets; null without one, or when it cannot be certified. */
  readonly msgid: string | null;
  /** True when there was one and it cannot be certified. */
  readonly lost: boolean;
}

/**
 * The Message-ID as it is certified: as it stands, with its blanks and without its folding, when it is printable ASCII of
 * at most 400 characters. Angle brackets are added where there are none. Of several fields the first counts, which is
 * only read where no formal check was made.
 * @rule MESSAGE-ID-KEPT
 */
export function messageIdIn(header: Header): MessageIdReading {
  const [field] = fieldsNamed(header, 'message-id');
  if (!field) return { msgid: null, lost: false };
  const id = field.raw
    .toString('latin1', field.raw.indexOf(58) + 1)
    .replace(/\r?\n/g, '')
    .trim();
  if (id === '') return { msgid: null, lost: false };
  if (id.length > longestId || !isCertifiableId(id)) return { msgid: null, lost: true };
  return { msgid: /[<>]/.test(id) ? id : `<${id}>`, lost: false };
}

/** True when a client's id can stand in a header and in certification data: printable ASCII without blanks at its ends. */
export function isCertifiableId(msgid: string): boolean {
  return certifiable.test(msgid);
}

/**
 * The msgid that another provider certifies, as it stands. One that is not printable ASCII, or is too long, is lost; null
 * when it holds control characters, which no id has and no header may get.
 */
export function certifiedMsgid(text: string | null): MessageIdReading | null {
  if (text === null || text === '') return { msgid: text === null ? null : '', lost: false };
  if (/\p{Cc}/u.test(text)) return null;
  return isCertifiableId(text) ? { msgid: text, lost: false } : { msgid: null, lost: true };
}

/** What stands between the angle brackets when the whole is one id that an envelope can take over; else null. */
export function idWithinBrackets(msgid: string | null): string | null {
  return /^<([!-;=?-~]+)>$/.exec(msgid ?? '')?.[1] ?? null;
}
