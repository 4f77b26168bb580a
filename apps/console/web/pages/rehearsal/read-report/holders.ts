import type { Holder } from '../../../api/report.ts';

export const outcomes = ['completed', 'lapsed', 'refused'] as const;
export type Outcome = (typeof outcomes)[number];

/** Which holders are looked for; it stands in the address of the page, so that it can be kept and sent. */
export interface HolderFilter {
  readonly text: string;
  readonly outcome: Outcome | null;
}

/** The filter in an address; anything that is none of ours counts as left out. */
export function filterIn(search: URLSearchParams): HolderFilter {
  const outcome = outcomes.find((name) => name === search.get('esito')) ?? null;
  return { text: search.get('cerca') ?? '', outcome };
}

/** The address for a filter. */
export function searchOf({ text, outcome }: HolderFilter): URLSearchParams {
  return new URLSearchParams({ ...(text !== '' && { cerca: text }), ...(outcome !== null && { esito: outcome }) });
}

/** The holders with that outcome whose codice fiscale, old box or new address holds the text, in any case. */
export function matching(holders: readonly Holder[], { text, outcome }: HolderFilter): Holder[] {
  const wanted = text.trim().toLowerCase();
  return holders.filter(
    ({ codiceFiscale, from, to, state }) =>
      (outcome === null || state === outcome) &&
      [codiceFiscale, from, to ?? ''].some((field) => field.toLowerCase().includes(wanted)),
  );
}

/** Days on which boxes were activated, for the curve, by the day in Rome. */
export function daysOf(holders: readonly Holder[]): { day: string; confirmed: number; completed: number }[] {
  const counts = new Map<string, number>();
  for (const { completedAt } of holders) {
    if (completedAt === null) continue;
    const day = romeDay.format(Date.parse(completedAt));
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const days = [...counts].map(([day, completed]) => ({ day, confirmed: 0, completed }));
  return days.sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** Swedish days are written as ISO 8601 writes them. */
const romeDay = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Rome', dateStyle: 'short' });
