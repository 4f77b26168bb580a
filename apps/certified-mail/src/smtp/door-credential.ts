import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSecret } from '@recapito/platform';

/** The name of the files `.pem` and `.key` that the SMTP doors show their clients. */
export const doorCredential = 'smtp';

/** Certificate and key of the SMTP doors, PEM. @throws Error when one is missing, or others may read the key. */
export function readDoorCredential(folder: string): { readonly cert: string; readonly key: string } {
  return {
    cert: readFileSync(join(folder, `${doorCredential}.pem`), 'utf8'),
    key: readSecret(folder, `${doorCredential}.key`),
  };
}
