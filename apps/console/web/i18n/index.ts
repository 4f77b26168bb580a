import { createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';
import it from './it.json';
import { visible } from './visible.ts';

export const languages = ['it', 'en'] as const;
export type Language = (typeof languages)[number];

declare module 'i18next' {
  interface CustomTypeOptions {
    readonly resources: { readonly translation: typeof it };
  }
}

const kept = 'recapito.language';
const texts = createInstance();

/** The language that was chosen here before, else the first of the browser's that we have, else Italian. */
function languageToBegin(): Language {
  const wanted = [localStorage.getItem(kept), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return languages.find((language) => language === wanted.find((tag) => tag === 'it' || tag === 'en')) ?? 'it';
}

export async function beginWithTexts(): Promise<void> {
  await texts.use(initReactI18next).init({
    lng: languageToBegin(),
    fallbackLng: 'it',
    resources: { it: { translation: it }, en: { translation: en } },
    // React writes text as text; values are what others wrote.
    interpolation: { escapeValue: true, escape: visible },
  });
  document.documentElement.lang = texts.language;
}

/** Shows everything in the other language and remembers it in this browser. */
export async function speak(language: Language): Promise<void> {
  localStorage.setItem(kept, language);
  await texts.changeLanguage(language);
  document.documentElement.lang = language;
}
