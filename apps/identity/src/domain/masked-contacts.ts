import type { Contacts } from './courtesy-channel.ts';

/**
 * A holder's contacts as operators see them: enough to ask "does your number end in 001?", too little to write to anybody.
 * Of an address the part after its last comma stands: where a letter goes.
 * @rule CONTACT-MASKED
 */
export function maskedContacts({ emailOrdinaria, cellulare, indirizzo }: Contacts): Contacts {
  return {
    emailOrdinaria: emailOrdinaria && maskedEmail(emailOrdinaria),
    cellulare: cellulare && `${hidden}${cellulare.slice(-3)}`,
    indirizzo: indirizzo && maskedPlace(indirizzo),
  };
}

const hidden = '•••';

function maskedEmail(address: string): string {
  const [first = ''] = address;
  return `${first}${hidden}${address.slice(address.lastIndexOf('@'))}`;
}

function maskedPlace(place: string): string {
  const comma = place.lastIndexOf(',');
  return comma < 0 ? hidden : `${hidden}${place.slice(comma)}`;
}
