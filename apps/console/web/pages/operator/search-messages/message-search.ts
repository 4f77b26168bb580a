import type { MessageQuery } from '../../../api/messages.ts';

/** What messages are found by, in the order of the form. */
export const fields = ['identificativo', 'sender', 'recipient', 'day'] as const;

export type Field = (typeof fields)[number];

/** The name of each in the page's address. */
const names: Readonly<Record<Field, string>> = {
  identificativo: 'identificativo',
  sender: 'mittente',
  recipient: 'destinatario',
  day: 'giorno',
};

/** What a page's address looks for; what is empty there is not looked for. */
export function queryIn(search: URLSearchParams): MessageQuery {
  const given = fields.map((field) => [field, search.get(names[field])?.trim() ?? ''] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}

/** The same, as it stands in a page's address. */
export function addressOf(query: MessageQuery): Record<string, string> {
  const given = fields.map((field) => [names[field], query[field]?.trim() ?? ''] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}
