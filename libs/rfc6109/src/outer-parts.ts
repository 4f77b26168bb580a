import { fieldsNamed, valueOf } from './header-fields.ts';
import type { MimeEntity } from './mime-entity.ts';
import { partsOf, readContentType } from './mime-entity.ts';

/** A longer Content-Type is no provider's. */
const longestType = 1_000;

/** Parameters that every reader takes apart alike: no comment, no escape, nothing after a value. */
const plainType = /^multipart\/signed(?:\s*;\s*[\w*'%-]+\s*=\s*(?:"[^"\\]*"|[^\s"();,\\]+))*\s*;?$/i;

/** Longer ones are cut by some readers (RFC 2046 section 5.1.1). */
const plainBoundary = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/;

/** What the header of a signature says, and nothing that could be shown beside it. */
const fieldsOfSignature = new Set([
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-description',
  'content-id',
]);

const signatureName = /^[\w.-]{1,60}\.p7[sm]$/i;

/**
 * What about the parts of a signed message readers would take in more than one way, or show beside what was signed; null when
 * there is one reading. Nothing but the first part is covered by the signature: neither the boundary, nor what stands before
 * the first part or after the last, nor the header of the signature.
 * @rule INCOMING-AGREES
 */
export function ambiguityOfParts(message: MimeEntity): string | null {
  const [type] = fieldsNamed(message.header, 'content-type');
  const boundary = message.type.parameters.get('boundary') ?? '';
  const text = type === undefined ? '' : valueOf(type);
  if (text.length > longestType || !plainType.test(text) || !plainBoundary.test(boundary)) return 'Content-Type';
  if (linesThatBegin(message.body, `--${boundary}`) !== 3) return 'boundary';
  const signature = partsOf(message)?.[1];
  return signature !== undefined && isPlainSignature(signature) ? null : 'signature';
}

/**
 * How many lines begin with the boundary, whatever follows it and whichever line ends a reader knows: many readers compare no
 * more than the beginning, as RFC 2046 section 5.1.1 has it.
 */
function linesThatBegin(body: Buffer, dashed: string): number {
  const needle = Buffer.from(dashed, 'latin1');
  let lines = 0;
  for (let at = body.indexOf(needle); at !== -1; at = body.indexOf(needle, at + needle.length)) {
    const before = at === 0 ? 10 : body[at - 1];
    if (before === 10 || before === 13) lines++;
  }
  return lines;
}

/** Whether it is shown as a signature everywhere: by its name, if it has one, and with no field of a message. */
function isPlainSignature({ header, type }: MimeEntity): boolean {
  if (!header.wellFormed || header.fields.some(({ name }) => !fieldsOfSignature.has(name))) return false;
  const dispositions = fieldsNamed(header, 'content-disposition');
  const types = fieldsNamed(header, 'content-type');
  if (dispositions.length > 1 || types.length !== 1) return false;
  const written = [type, ...dispositions.map((field) => readContentType(valueOf(field)))];
  const names = written.flatMap(({ parameters }) => [...parameters].filter(([key]) => /^(?:file)?name/.test(key)));
  return names.every(([key, name]) => !key.includes('*') && signatureName.test(name));
}
