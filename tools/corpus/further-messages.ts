import { nameAt, legalMessages, mittente } from './legal-messages.ts';
import type { LegalMessage } from './legal-messages.ts';

const certified = [{ indirizzo: 'ufficio1@pec.comune.example', tipo: 'certificato' }] as const;
const ordinary = [{ indirizzo: 'ufficio1@posta.example', tipo: 'esterno' }] as const;

/** The domains of città.example and forlì.example, as mail writes them. */
const inLabels = {
  mittente: 'mario.rossi@posta.xn--citt-3na.example',
  to: [{ indirizzo: 'ufficio1@pec.xn--forl-tpa.example', tipo: 'certificato' }],
} as const;

/**
 * Messages that stand apart from the combinations, in the large and the small corpus alike: to an ordinary recipient alone;
 * between domains in A-labels; accepted by another provider; with brief receipts that hash what was transmitted.
 */
export function furtherMessages(): LegalMessage[] {
  const attachments = { content: 'attachments', story: 'whole' } as const;
  const apart: (Partial<LegalMessage> & { readonly by?: string })[] = [
    { to: ordinary, content: 'text', story: 'ordinary' },
    { ...inLabels, ...attachments },
    { content: 'text', story: 'elsewhere', by: 'posta.terzogestore.example' },
    { ...attachments, ricevuta: 'breve', hashOf: 'encoded' },
  ];
  const combined = legalMessages();
  return apart.map(({ by, ...values }, at) => {
    const number = combined.length + at + 1;
    const calendar = combined[at]?.calendar;
    if (!calendar) throw new Error('there are more messages apart than days');
    return {
      number,
      mittente,
      to: certified,
      cc: [],
      oggetto: 'Istanza di residenza',
      msgid: `<messaggio.${number}@client.example>`,
      identificativo: `pec1.${nameAt(calendar.accepted, number * 100)}@${by ?? 'posta.gestore.example'}`,
      ricevuta: 'completa',
      content: 'text',
      calendar,
      story: 'whole',
      hashOf: 'content',
      ...values,
    };
  });
}
