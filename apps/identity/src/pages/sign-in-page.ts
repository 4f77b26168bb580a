import type { Language } from '@recapito/platform';
import { alertOf, html, pageOf } from './page.ts';

const words = {
  it: {
    title: 'Accesso operatori',
    name: 'Nome utente',
    password: 'Password',
    code: 'Codice di verifica',
    hint: 'Sei cifre, dall’applicazione del telefono.',
    enter: 'Entra',
  },
  en: {
    title: 'Operators’ sign-in',
    name: 'User name',
    password: 'Password',
    code: 'Verification code',
    hint: 'Six digits, from the application on your telephone.',
    enter: 'Sign in',
  },
} as const;

/** What the page of sign-in shows. */
export interface SignInPage {
  readonly language: Language;
  readonly action: string;
  readonly formToken: string;
  /** As it was typed before. */
  readonly name: string;
  /** Why the attempt before was refused. */
  readonly refused: string | null;
}

/** User name, password and code, in one form. */
export function signInPage({ language, action, formToken, name, refused }: SignInPage): string {
  const said = words[language];
  const content = html`${alertOf(refused)}
    <form method="post" action="${action}">
      <input type="hidden" name="form" value="${formToken}" />
      <label for="name">${said.name}</label>
      <input
        id="name"
        name="name"
        value="${name}"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        required
        maxlength="100"
      />
      <label for="password">${said.password}</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256" />
      <label for="code">${said.code}</label>
      <p class="hint" id="hint">${said.hint}</p>
      <input
        id="code"
        name="code"
        inputmode="numeric"
        autocomplete="one-time-code"
        aria-describedby="hint"
        required
        maxlength="10"
      />
      <button type="submit">${said.enter}</button>
    </form>`;
  return pageOf(language, said.title, content);
}
