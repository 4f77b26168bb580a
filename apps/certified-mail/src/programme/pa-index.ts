import { isRefusal, parseCertifiedAddress } from '@recapito/primitives';
import { parse } from 'csv-parse/sync';

/** The certified addresses of public bodies. */
export interface PaIndex {
  /** True for an address of the list, whatever its case; a body's ordinary address is none. // PA-INDEX-EXACT */
  has(address: string): boolean;
  readonly size: number;
}

/** The kinds of address that are certified; every other stands in the list for information. */
const certifiedKinds = new Set(['pec', 'cecpac']);

/**
 * Reads the list of public bodies: CSV with a header that has `mail` and `tipo_mail`. Whole or not at all: a row
 * without a readable address makes the list unusable, for a body that is missing would be refused its mail.
 * @throws Error naming the line.
 */
export function readPaIndex(csv: string): PaIndex {
  const rows = parse<{ record: Record<string, string>; info: { lines: number } }>(csv, {
    columns: true,
    bom: true,
    info: true,
  });
  const addresses = new Set<string>();
  for (const { record, info } of rows) {
    const address = parseCertifiedAddress(record['mail'] ?? '');
    if (isRefusal(address) || record['tipo_mail'] === undefined)
      throw new Error(`the list of public bodies has no address or no kind at line ${info.lines}`);
    if (certifiedKinds.has(record['tipo_mail'])) addresses.add(address);
  }
  if (addresses.size === 0) throw new Error('the list of public bodies is empty');
  return { has: (address) => addresses.has(address.toLowerCase()), size: addresses.size };
}
