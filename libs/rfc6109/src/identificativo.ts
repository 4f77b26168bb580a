import { localDate, localTime } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';

/**
 * The id of a certified message, or of a receipt: `pec1.20140714093015.04711@posta.gestore.example`
 * (RFC 6109 section 2.2.1: unambiguous for ever). What makes it so is `serial`, which the caller draws from a sequence
 * that never goes back; node and Rome's time are there for the person who reads it in a log.
 *
 * @param node letters and digits that name the installation
 * @param domain the provider's mail domain
 */
export function identificativo(node: string, at: Instant, serial: bigint, domain: string): string {
  if (!/^[a-z0-9]{1,16}$/.test(node)) throw new RangeError(`"${node}" is not a node name of letters and digits`);
  const [day, month, year] = localDate(at).split('/');
  const stamp = `${year}${month}${day}${localTime(at).replaceAll(':', '')}`;
  return `${node}.${stamp}.${serial.toString().padStart(5, '0')}@${domain}`;
}

/** No id of a provider's is longer. */
const longestIdentificativo = 400;

const identificativoForm = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9._-]+$/;

/**
 * True when a text has the form of a provider's id, `string@domain` or `string@host` (RFC 6109 section 2.2.1): printable
 * ASCII without blanks, so that it can stand in a header.
 * @rule PROVIDER-ID-FORM
 */
export function isIdentificativo(text: string): boolean {
  return text.length <= longestIdentificativo && identificativoForm.test(text);
}
