import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { fieldsNamed } from './header-fields.ts';
import type { HeaderField } from './header-fields.ts';
import { longestLine } from './header-writing.ts';
import type { Original } from './original.ts';

/** Fields that a message has once or not at all (RFC 5322 section 3.6), as notices name them. */
const onceAtMost = [
  'To',
  'Sender',
  'Reply-To',
  'Cc',
  'Subject',
  'Message-ID',
  'Date',
  'In-Reply-To',
  'References',
] as const;

/**
 * Whether a submission has the form of RFC 5322 (RFC 6109 section 3.1.1): every fault, in this order. Refusals:
 * `submission/malformed`, `submission/not-ascii`, `submission/field-repeated`, `submission/long-line`. What a Message-ID
 * holds is never a fault: it is replaced (RFC 6409 section 8.3).
 */
export function faultsOfForm(original: Original): Refusal[] {
  return [malformed(original), ...notAscii(original), ...repeatedFields(original), longLine(original)].filter(
    (refusal) => refusal !== null,
  );
}

function malformed(original: Original): Refusal | null {
  const { header } = original;
  if (header.wellFormed && !holdsNul(original) && !judgedFields(original).some(hasBlankLine)) return null;
  return refuse('submission/malformed', 'SUBMISSION-HEADER', {
    it: 'il messaggio non ha la forma di un messaggio di posta (RFC 5322)',
    en: 'the message is not in the form of a mail message (RFC 5322)',
  });
}

function holdsNul({ bytes, header }: Original): boolean {
  if (!bytes.includes(0)) return false;
  return (
    bytes.includes(0, header.bodyAt) ||
    header.fields.some((field) => field.name !== 'message-id' && field.raw.includes(0))
  );
}

/** A continuation line of blanks: some programs take it for the end of the header. */
function hasBlankLine({ raw }: HeaderField): boolean {
  return /\r\n[ \t]*\r\n/.test(raw.toString('latin1'));
}

/** One fault for each field, with the first byte that makes it one; bare CR and LF first, as they stood when it came. */
function notAscii({ bytes, header, bareLineEnds }: Original): Refusal[] {
  const bare = bareLineEnds.map(({ field, octet }) => notAsciiIn(field, octet));
  if (isPrintable(bytes.toString('latin1', 0, header.bodyAt))) return bare;
  const others = header.fields.flatMap((field) => {
    const octet = field.name === 'message-id' ? undefined : /[^\t\r\n -~]/.exec(field.raw.toString('latin1'))?.[0];
    return octet === undefined ? [] : [notAsciiIn(writtenName(field), octet.charCodeAt(0))];
  });
  return [...bare, ...others];
}

function isPrintable(text: string): boolean {
  return /^[\t\r\n -~]*$/.test(text);
}

function notAsciiIn(field: string, octet: number): Refusal {
  const hex = `0x${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  return refuse(
    'submission/not-ascii',
    'SUBMISSION-ASCII',
    {
      it: `il campo ${field} contiene il byte ${hex}, che non è ASCII stampabile (RFC 5322)`,
      en: `the field ${field} holds the byte ${hex}, which is not printable ASCII (RFC 5322)`,
    },
    { field, byte: hex },
  );
}

function repeatedFields({ header }: Original): Refusal[] {
  return onceAtMost.flatMap((field) => {
    const times = fieldsNamed(header, field.toLowerCase()).length;
    if (times < 2) return [];
    return refuse(
      'submission/field-repeated',
      'SUBMISSION-FIELD-ONCE',
      {
        it: `il campo ${field} compare ${times} volte: è ammesso una volta sola (RFC 5322)`,
        en: `the field ${field} stands ${times} times: it may stand once (RFC 5322)`,
      },
      { field, times },
    );
  });
}

function longLine({ bytes, header }: Original): Refusal | null {
  const exempt = header.fields.filter(({ name }) => name === 'message-id').map(({ raw }) => raw.byteOffset);
  const found = firstLongLine(bytes, (at) => exempt.includes(bytes.byteOffset + at));
  if (found === null) return null;
  const { number, length } = found;
  return refuse(
    'submission/long-line',
    'SUBMISSION-LINES',
    {
      it: `la riga ${number} del messaggio ha ${length} byte: il massimo è ${longestLine} (RFC 5322)`,
      en: `line ${number} of the message has ${length} bytes: at most ${longestLine} are admitted (RFC 5322)`,
    },
    { line: number, bytes: length },
  );
}

/** The first line that is too long; goes from one line end to the last one that a line could reach, so that it is cheap. */
function firstLongLine(bytes: Buffer, isExempt: (at: number) => boolean): { number: number; length: number } | null {
  let at = 0;
  while (bytes.length - at > longestLine) {
    const end = bytes.lastIndexOf(10, at + longestLine + 1);
    if (end >= at) {
      at = end + 1;
      continue;
    }
    const next = bytes.indexOf(10, at);
    const until = next === -1 ? bytes.length : next - 1;
    if (!isExempt(at)) return { number: lineAt(bytes, at), length: until - at };
    at = next === -1 ? bytes.length : next + 1;
  }
  return null;
}

function lineAt(bytes: Buffer, at: number): number {
  let number = 1;
  for (let end = bytes.indexOf(10); end !== -1 && end < at; end = bytes.indexOf(10, end + 1)) number++;
  return number;
}

/** All fields whose content is judged. */
function judgedFields({ header }: Original): HeaderField[] {
  return header.fields.filter((field) => field.name !== 'message-id');
}

/** The name of a field as it stands in the message. */
function writtenName({ raw }: HeaderField): string {
  return raw.toString('latin1', 0, raw.indexOf(58)).trimEnd();
}
