/** The languages in which a person is answered. */
export type Language = 'it' | 'en';

/**
 * The language that an `Accept-Language` header (RFC 9110, 12.5.4) prefers among those of the house: the highest
 * weight wins, the first named among equals. Italian when the header is missing or names neither.
 */
export function preferredLanguage(header: string | undefined): Language {
  let best: { language: Language; weight: number } | undefined;
  for (const range of (header ?? '').split(',')) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const language = tag === '*' ? 'it' : tag.split('-')[0];
    if (language !== 'it' && language !== 'en') continue;
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    if (weight > (best?.weight ?? 0)) best = { language, weight };
  }
  return best?.language ?? 'it';
}
