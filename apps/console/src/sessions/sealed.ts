import { CompactEncrypt, compactDecrypt } from 'jose';
import type { z } from 'zod';

/** Seals a value with AES-256-GCM, as a JSON Web Encryption. */
export async function seal(value: unknown, key: Uint8Array): Promise<string> {
  return await new CompactEncrypt(Buffer.from(JSON.stringify(value)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(key);
}

/** What was sealed; null when another key or another hand was at work, or the shape is that of an older console. */
export async function unseal<Value>(
  sealed: string | null,
  key: Uint8Array,
  schema: z.ZodType<Value>,
): Promise<Value | null> {
  if (sealed === null) return null;
  const opened = await compactDecrypt(sealed, key).catch(() => undefined);
  if (opened === undefined) return null;
  const read = schema.safeParse(JSON.parse(Buffer.from(opened.plaintext).toString('utf8')));
  return read.success ? read.data : null;
}
