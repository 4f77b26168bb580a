import { isRefusal, parseWrittenAddress } from '@recapito/primitives';
import type { SMTPServerAddress } from 'smtp-server';
import { refusedReply, SmtpReply } from './smtp-reply.ts';

/** A command that names an address. */
export type AddressCommand = 'MAIL' | 'RCPT';

/** What a door offers beside SIZE, to the client that it speaks with. */
export interface Offered {
  /** BODY= (RFC 6152). */
  readonly eightBitMime: boolean;
  /** AUTH= (RFC 4954 section 5). */
  readonly auth: boolean;
}

/**
 * Checks the address and the parameters of MAIL or RCPT, before any handler sees them. smtp-server reads A-labels as
 * Unicode: here the address gets them back, its local part stays as it was written. The null reverse path is admitted;
 * whether it may stand there, the door's handler decides.
 * @returns the address as it is compared: '' for the null reverse path
 * @throws SmtpReply 553 5.1.3 for an address that will never be one, 555 5.5.4 for a parameter that is not offered
 * @rule SMTP-ADDRESS SMTP-OFFERED
 */
export function checkAddressCommand(command: AddressCommand, named: SMTPServerAddress, offered: Offered): string {
  const parameter = Object.keys(named.args === false ? {} : named.args).find(
    (name) => !isOffered(command, name, offered),
  );
  // smtp-server has put the name in capitals; what is not a keyword (RFC 5321 section 4.1.2) is not repeated.
  if (parameter !== undefined) {
    const keyword = /^[A-Z0-9][A-Z0-9-]{0,30}$/.test(parameter) ? ` ${parameter}` : '';
    throw new SmtpReply(555, '5.5.4', `Parametro non offerto:${keyword} (SMTP-OFFERED)`);
  }
  if (command === 'MAIL' && named.address === '') return '';
  const written = parseWrittenAddress(named.address);
  if (isRefusal(written)) throw refusedReply(written);
  named.address = written.exact;
  return written.address;
}

function isOffered(command: AddressCommand, parameter: string, { eightBitMime, auth }: Offered): boolean {
  if (command === 'RCPT') return false;
  return parameter === 'SIZE' || (parameter === 'BODY' && eightBitMime) || (parameter === 'AUTH' && auth);
}
