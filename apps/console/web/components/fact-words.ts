import type { i18n, TFunction } from 'i18next';
import type { Fact } from '../api/facts.ts';
import { shortInRome } from '../i18n/formats.ts';

/** Fields of facts whose values have names among the texts, and where those stand. */
const groups: Readonly<Record<string, string>> = {
  from: 'boxStates',
  to: 'boxStates',
  kind: 'communications.kinds',
  channel: 'communications.channels',
  tipo: 'emissions',
  limit: 'limits',
  errore: 'errors',
};

/** Fields of facts that are instants. */
const instants = /At$|^until$|^since$/;

/** What a fact of the trace says, in the reader's language; its type and topic when there are no words for it. */
export function factWords(texts: i18n, { topic, type, data }: FactToTell): string {
  const { t, language } = texts;
  const key = `facts.${type}`;
  if (!texts.exists(key)) return t('timeline.unknown', { topic, type });
  const values = Object.entries(data ?? {}).map(([name, value]) => [name, shown(t, language, name, value)] as const);
  return (t as Told)(key, Object.fromEntries(values));
}

/** The texts take the values of their fact, which no type of theirs knows. */
type Told = (key: string, values: Readonly<Record<string, string>>) => string;

type FactToTell = Pick<Fact, 'topic' | 'type' | 'data'>;

/** A value as the texts take it. What is neither a word nor a number nor a list of them has no place in a sentence. */
function shown(t: TFunction, language: string, name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((each: unknown) => shown(t, language, name, each)).join(', ');
  if (typeof value === 'number') return instants.test(name) ? shortInRome(language, value) : String(value);
  if (typeof value !== 'string') return '';
  const group = groups[name];
  return group === undefined ? value : (t as Told)(`${group}.${value}`, { defaultValue: value });
}
