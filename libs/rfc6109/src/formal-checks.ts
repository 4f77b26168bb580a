import { parseCertifiedAddress, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { faultsOfForm } from './header-form.ts';
import { addressesIn, fieldsNamed, valueOf } from './header-fields.ts';
import type { Original } from './original.ts';

/** A message at the access point, with the values of the SMTP dialog (or of what stands for it), in lower case. */
export interface Submission {
  readonly reversePath: string;
  readonly forwardPath: readonly string[];
  readonly original: Original;
}

/** What the provider admits; data of its programme. */
export interface SubmissionLimits {
  /** Bytes of the message times its recipients: 30 MB by law. */
  readonly bytesTimesRecipients: number;
  /** At least 50. */
  readonly recipients: number;
}

/** Addresses that a reason names one by one. */
const mostTold = 20;

/**
 * The formal checks of the access point (RFC 6109 section 3.1.1), all of them, in their order. An empty answer admits
 * the message; any refusal means a non-acceptance notice for the whole of it.
 */
export function formalChecks(submission: Submission, limits: SubmissionLimits): Refusal[] {
  return [
    ...faultsOfForm(submission.original),
    fromPresent(submission),
    toPresent(submission),
    senderIsFrom(submission),
    senderFieldIsFrom(submission),
    recipientsAreNamed(submission),
    noBlindCopies(submission),
    withinSize(submission, limits),
    withinRecipients(submission, limits),
  ].filter((refusal) => refusal !== null);
}

/** The sender that the header names: the one address of its one From; null when it names none, or several. */
export function senderInHeader(original: Original): string | null {
  const { addresses, malformed } = addressesIn(original.header, 'from');
  const alone = fieldsNamed(original.header, 'from').length === 1 && addresses.length === 1 && !malformed;
  return alone ? (addresses[0] ?? null) : null;
}

function fromPresent({ original }: Submission): Refusal | null {
  if (senderInHeader(original) !== null) return null;
  const times = fieldsNamed(original.header, 'from').length;
  const words =
    times > 1
      ? { it: `il campo From compare ${times} volte`, en: `the From field stands ${times} times` }
      : {
          it: 'il campo From manca o non contiene un solo indirizzo valido',
          en: 'the From field is missing or does not hold one valid address',
        };
  return refuse('submission/from-missing', 'RFC6109-3.1.1-1', words);
}

function toPresent({ original }: Submission): Refusal | null {
  const to = addressesIn(original.header, 'to');
  if (to.addresses.length > 0 && !to.malformed && !addressesIn(original.header, 'cc').malformed) return null;
  return refuse('submission/to-missing', 'RFC6109-3.1.1-2', {
    it: 'il campo To manca, oppure To o Cc contengono un indirizzo non valido',
    en: 'the To field is missing, or To or Cc hold an address that is not valid',
  });
}

function senderIsFrom({ reversePath, original }: Submission): Refusal | null {
  const from = senderInHeader(original);
  if (from === null || from === reversePath) return null;
  return refuse('submission/sender-differs', 'RFC6109-3.1.1-3', {
    it: `il mittente ${reversePath} non è l’indirizzo del campo From`,
    en: `the sender ${reversePath} is not the address of the From field`,
  });
}

/** A Sender says who has sent in the name of another; nobody sends certified mail in another’s name. */
function senderFieldIsFrom({ original }: Submission): Refusal | null {
  const from = senderInHeader(original);
  const sender = addressesIn(original.header, 'sender');
  const absent = fieldsNamed(original.header, 'sender').length === 0;
  if (absent || from === null || (!sender.malformed && sender.addresses.every((address) => address === from)))
    return null;
  const named = sender.addresses.find((address) => address !== from) ?? '';
  return refuse('submission/sender-field', 'SUBMISSION-SENDER-FIELD', {
    it: `il campo Sender (${named}) non è l’indirizzo del campo From`,
    en: `the Sender field (${named}) is not the address of the From field`,
  });
}

/**
 * The addresses of the dialog and those of To and Cc are the same, as sets: local parts without regard to case, domains
 * as A-labels. An acceptance certifies exactly whom the message goes to.
 * @rule RFC6109-3.1.1-4
 */
function recipientsAreNamed({ forwardPath, original }: Submission): Refusal | null {
  const named = new Set([...original.to, ...original.cc]);
  const dialog = new Set(forwardPath.map(comparable));
  const hidden = [...dialog].filter((address) => !named.has(address));
  const unreached = [...named].filter((address) => !dialog.has(address));
  if (hidden.length === 0 && unreached.length === 0) return null;
  const told = [
    {
      it: 'indirizzi di To e Cc a cui il messaggio non è stato inviato',
      en: 'addresses in To and Cc to which the message was not sent',
      addresses: unreached,
    },
    { it: 'destinatari assenti da To e Cc', en: 'recipients that stand neither in To nor in Cc', addresses: hidden },
  ].filter(({ addresses }) => addresses.length > 0);
  return refuse('submission/recipient-hidden', 'RFC6109-3.1.1-4', {
    it: told.map(({ it, addresses }) => `${it}: ${listed(addresses, 'e altri', '')}`).join('; '),
    en: told.map(({ en, addresses }) => `${en}: ${listed(addresses, 'and', ' more')}`).join('; '),
  });
}

function comparable(address: string): string {
  const parsed = parseCertifiedAddress(address);
  return typeof parsed === 'string' ? parsed : address.toLowerCase();
}

/** At most twenty of the addresses, and how many more there are. */
function listed(addresses: readonly string[], before: string, behind: string): string {
  const more = addresses.length - mostTold;
  return `${addresses.slice(0, mostTold).join(', ')}${more > 0 ? ` ${before} ${more}${behind}` : ''}`;
}

/** A blind copy of a message that is sent again is one too (RFC 5322 section 3.6.6). */
function noBlindCopies({ original }: Submission): Refusal | null {
  const field = ['Bcc', 'Resent-Bcc'].find((name) =>
    fieldsNamed(original.header, name.toLowerCase()).some((bcc) => valueOf(bcc) !== ''),
  );
  if (field === undefined) return null;
  return refuse('submission/blind-copy', 'RFC6109-3.1.1-5', {
    it: `la copia nascosta (${field}) non è ammessa`,
    en: `blind copies (${field}) are not admitted`,
  });
}

function withinSize({ forwardPath, original }: Submission, limits: SubmissionLimits): Refusal | null {
  const product = original.bytes.byteLength * Math.max(forwardPath.length, 1);
  if (product <= limits.bytesTimesRecipients) return null;
  return refuse('submission/too-large', 'RFC6109-3.1.1-6', {
    it: `dimensione per numero di destinatari oltre il limite di ${limits.bytesTimesRecipients} byte`,
    en: `size times recipients is beyond the limit of ${limits.bytesTimesRecipients} bytes`,
  });
}

function withinRecipients({ forwardPath }: Submission, limits: SubmissionLimits): Refusal | null {
  if (forwardPath.length <= limits.recipients) return null;
  return refuse('submission/too-many-recipients', 'SUBMISSION-RECIPIENTS', {
    it: `più di ${limits.recipients} destinatari`,
    en: `more than ${limits.recipients} recipients`,
  });
}
