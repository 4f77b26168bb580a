import { receiptForms } from '@recapito/rfc6109';
import type { Destinatario, HashOf, ReceiptForm } from '@recapito/rfc6109';
import { calendars } from './calendars.ts';
import type { Calendar } from './calendars.ts';

/** What the sender's client put into the message. */
export const contents = ['text', 'attachments', 'signed', 'enveloped'] as const;
export type Content = (typeof contents)[number];

/**
 * What is said about a message: `whole` all that there can be; `ordinary` what its own provider says of one that goes to
 * ordinary mail alone; `elsewhere` what comes back about one that a provider accepted of whom the corpus has no envelope.
 */
export type Story = 'whole' | 'ordinary' | 'elsewhere';

/** One message that a fictional citizen sends, as an input of the corpus: what is expected of every reader stands here. */
export interface LegalMessage {
  /** From 1. */
  readonly number: number;
  readonly mittente: string;
  readonly to: readonly Destinatario[];
  readonly cc: readonly Destinatario[];
  readonly oggetto: string | null;
  /** With its angle brackets. */
  readonly msgid: string | null;
  readonly identificativo: string;
  readonly ricevuta: ReceiptForm;
  readonly content: Content;
  readonly calendar: Calendar;
  readonly story: Story;
  /** What the hashes of its brief receipts are taken over. */
  readonly hashOf: HashOf;
}

export const mittente = 'mario.rossi@postacertificata.example';

const subjects = [
  'Istanza di residenza',
  'Perché la città è «più cara» – 100 € & <oltre>: 日本 🙂, e un oggetto che non sta in una riga sola',
  null,
];

/** One recipient; or fifty, of whom ten in copy, five reached by ordinary mail only. */
const audiences = [
  { to: recipients(1, 1, 'certificato'), cc: [] },
  {
    to: [...recipients(1, 35, 'certificato'), ...recipients(36, 40, 'esterno')],
    cc: recipients(41, 50, 'certificato'),
  },
];

function recipients(first: number, last: number, tipo: Destinatario['tipo']): Destinatario[] {
  const domain = tipo === 'certificato' ? 'pec.comune.example' : 'posta.example';
  return Array.from({ length: last - first + 1 }, (_, at) => ({ indirizzo: `ufficio${first + at}@${domain}`, tipo }));
}

/** The digits by which providers name messages: Rome's date and time, a serial number. */
export function nameAt(at: string, serial: number): string {
  return `${at.slice(0, 19).replace(/\D/g, '')}.${String(serial).padStart(6, '0')}`;
}

/**
 * Every combination of receipt asked, number of recipients, Message-ID or none, subject and content: 144 messages. Their
 * days follow one another; as seven has no divisor in common with the rest, each day meets each of the other values.
 */
export function legalMessages(): LegalMessage[] {
  const messages: LegalMessage[] = [];
  for (const ricevuta of receiptForms) {
    for (const audience of audiences) {
      for (const identified of [true, false]) {
        for (const oggetto of subjects) {
          for (const content of contents) {
            const number = messages.length + 1;
            const calendar = calendars[messages.length % calendars.length];
            if (!calendar) throw new Error('there are no calendars');
            messages.push({
              number,
              mittente,
              ...audience,
              oggetto,
              msgid: identified ? `<messaggio.${number}@client.example>` : null,
              identificativo: `pec1.${nameAt(calendar.accepted, number * 100)}@posta.gestore.example`,
              ricevuta,
              content,
              calendar,
              story: 'whole',
              hashOf: 'content',
            });
          }
        }
      }
    }
  }
  return messages;
}

/** Few of them, in which still every value occurs, and every day. */
export function fewLegalMessages(): LegalMessage[] {
  return legalMessages().filter(({ number }) => number % 13 === 1);
}
