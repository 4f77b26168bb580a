import { createHash } from 'node:crypto';
import type { Original } from '@recapito/rfc6109';

/** The deduplication key of a submission. */
export interface LegalKey {
  /** SHA-256 of sender, the client's Message-ID, content and recipients. */
  readonly key: string;
  readonly hasClientId: boolean;
  /** SHA-256 of the content as it came, with CRLF. */
  readonly content: string;
}

/** The key of a message as its client sent it. */
export function legalKeyOf(sender: string, recipients: readonly string[], original: Original): LegalKey {
  const content = createHash('sha256').update(original.bytes).digest('hex');
  const parts = [sender, original.msgid ?? '', content, ...recipients.toSorted()];
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const hasClientId = original.header.fields.some(({ name, raw }) => name === 'message-id' && hasValue(raw));
  return { key, hasClientId, content };
}

function hasValue(raw: Buffer): boolean {
  return raw.toString('latin1', raw.indexOf(58) + 1).trim() !== '';
}
