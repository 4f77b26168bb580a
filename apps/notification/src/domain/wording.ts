import { after, dayOf } from '@recapito/primitives';
import type { Instant, Words } from '@recapito/primitives';
import type { CommunicationKind } from './communication.ts';

/**
 * The places that the texts of each kind must have, all of them and no other.
 * @rule ANNOUNCEMENT-SAYS
 */
export const placesOf: Readonly<Record<CommunicationKind, readonly string[]>> = {
  announcement: ['lastDay', 'oldAddress', 'password', 'portal', 'userId'],
  welcome: ['newAddress', 'oldAddress', 'portal'],
  'pin-first-half': ['characters', 'name', 'surname'],
  'pin-second-half': ['characters', 'name', 'surname'],
  'sending-held': ['at', 'box', 'name', 'surname'],
  'sending-held-to-order': ['at', 'box', 'order'],
};

const place = /\{\{([A-Za-z]+)\}\}/g;

/** The places that a text has, each once, in alphabetical order. */
export function placesIn(text: string): string[] {
  return [...new Set([...text.matchAll(place)].map(([, name = '']) => name))].sort();
}

/** What goes into the places; a value that differs by language is given in both. */
export type Values = Readonly<Record<string, string | Words>>;

const rule = '-'.repeat(60);

/**
 * The whole text of a communication: Italian first, then English, with every place filled.
 * @throws Error when a place has no value: the start has checked the texts, so this is a bug.
 */
export function wording(text: Words, values: Values): string {
  return `${filled(text.it, values, 'it').trimEnd()}\n\n${rule}\n\n${filled(text.en, values, 'en').trimEnd()}\n`;
}

function filled(text: string, values: Values, language: keyof Words): string {
  return text.replaceAll(place, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`nothing is known for {{${name}}}`);
    return typeof value === 'string' ? value : value[language];
  });
}

/**
 * The last day, included, of a window that ends at `until`, by the calendar in Rome.
 * @rule DAYS-INCLUSIVE
 */
export function lastDayOf(until: Instant): Words {
  const noon = new Date(`${dayOf(after(until, -1))}T12:00:00Z`);
  const written = (locale: string) =>
    new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(noon);
  return { it: written('it-IT'), en: written('en-GB') };
}

/** An instant as people in Rome say it, to the minute. */
export function momentOf(at: Instant): Words {
  const written = (locale: string) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Rome' }).format(at);
  return { it: written('it-IT'), en: written('en-GB') };
}
