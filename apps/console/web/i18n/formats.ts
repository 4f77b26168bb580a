/** English is that of Europe: days before months, hours to 24. */
const tags: Readonly<Record<string, string>> = { it: 'it-IT', en: 'en-GB' };

/** Figures with groups of three, in every language from a thousand on: `11.184`, `11,184`. */
export function number(language: string, value: number, digits = 0): string {
  return new Intl.NumberFormat(tags[language], { useGrouping: 'always', maximumFractionDigits: digits }).format(value);
}

const rome = { timeZone: 'Europe/Rome' } as const;

/** An instant (UTC milliseconds) as the clocks in Rome show it: `3 agosto 2010 alle ore 10:00`. */
export function instantInRome(language: string, at: number): string {
  return new Intl.DateTimeFormat(tags[language], { ...rome, dateStyle: 'long', timeStyle: 'short' }).format(at);
}

/** The same for tables: `03/08/2010, 10:00`. */
export function shortInRome(language: string, at: number): string {
  return new Intl.DateTimeFormat(tags[language], { ...rome, dateStyle: 'short', timeStyle: 'short' }).format(at);
}

/** The day of the calendar in Rome on which an instant lies, as services take it: `2010-08-03`. */
export function romeDayOf(at: number): string {
  return new Intl.DateTimeFormat('sv-SE', rome).format(at);
}

/** A day in Rome: `3 ago`. */
export function dayInRome(language: string, at: number): string {
  return new Intl.DateTimeFormat(tags[language], { ...rome, day: 'numeric', month: 'short' }).format(at);
}

/** A system instant as the clock on the reader's wall shows it. */
export function wallTime(language: string, at: number): string {
  return new Intl.DateTimeFormat(tags[language], { timeStyle: 'medium' }).format(at);
}

/** Words that a service gives in both languages, in the one that is read. */
export function wordsIn(language: string, words: { readonly it: string; readonly en: string }): string {
  return language === 'en' ? words.en : words.it;
}
