import { renderSVG } from 'uqr';
import type { Language } from '@recapito/platform';
import { enrolmentUri, typedSecret } from '../secrets/one-time-codes.ts';
import { alertOf, html, Markup, pageOf } from './page.ts';

const words = {
  it: {
    title: 'Attivare l’account',
    who: 'Nome utente:',
    password: 'Nuova password',
    rule: 'Almeno 8 caratteri, senza nomi propri; non una usata prima o comparsa in elenchi di password rubate.',
    again: 'La stessa password, ancora una volta',
    scan: 'Inquadrare il codice con l’applicazione di verifica del telefono, oppure scrivere la chiave:',
    picture: 'Codice QR con la chiave scritta sotto',
    code: 'Il codice che l’applicazione mostra ora',
    activate: 'Attiva',
    done: 'Account attivo',
    enter: 'Ora si può entrare con nome utente, password e un nuovo codice.',
    onward: 'Vai all’accesso',
    failed: 'Collegamento non valido',
  },
  en: {
    title: 'Activate the account',
    who: 'User name:',
    password: 'New password',
    rule: 'At least 8 characters, without names of yours; none that was used before or stands in lists of stolen passwords.',
    again: 'The same password once more',
    scan: 'Scan the code with the authenticator application of your telephone, or type the key:',
    picture: 'QR code of the key that is written below',
    code: 'The code that the application shows now',
    activate: 'Activate',
    done: 'The account is active',
    enter: 'Now sign in with user name, password and a new code.',
    onward: 'Go to sign-in',
    failed: 'The link is not valid',
  },
} as const;

/** What the page shows to whom a link was given. */
export interface ActivationPage {
  readonly language: Language;
  readonly action: string;
  readonly formToken: string;
  readonly name: string;
  readonly factor: Uint8Array;
  readonly refused: string | null;
}

/** Password and second factor are chosen on one page; the code shows that the telephone has the key. */
export function activationPage({ language, action, formToken, name, factor, refused }: ActivationPage): string {
  const said = words[language];
  const picture = renderSVG(enrolmentUri(factor, name));
  const content = html`${alertOf(refused)}
    <p>${said.who} <strong>${name}</strong></p>
    <form method="post" action="${action}">
      <input type="hidden" name="form" value="${formToken}" />
      <input type="hidden" name="name" value="${name}" autocomplete="username" />
      <label for="password">${said.password}</label>
      <p class="hint" id="rule">${said.rule}</p>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="new-password"
        aria-describedby="rule"
        required
        maxlength="256"
      />
      <label for="again">${said.again}</label>
      <input id="again" name="again" type="password" autocomplete="new-password" required maxlength="256" />
      <figure role="img" aria-label="${said.picture}">${new Markup(picture)}</figure>
      <p>${said.scan}</p>
      <p class="code" id="key">${typedSecret(factor)}</p>
      <label for="code">${said.code}</label>
      <input
        id="code"
        name="code"
        inputmode="numeric"
        autocomplete="one-time-code"
        aria-describedby="key"
        required
        maxlength="10"
      />
      <button type="submit">${said.activate}</button>
    </form>`;
  return pageOf(language, said.title, content);
}

/** The credentials were taken. @param onward where one signs in */
export function activatedPage(language: Language, onward: string): string {
  const said = words[language];
  const content = html`<p role="status">${said.enter}</p>
    <p><a href="${onward}">${said.onward}</a></p>`;
  return pageOf(language, said.done, content);
}

/** The link opens nothing. */
export function voidPage(language: Language, refused: string): string {
  return pageOf(language, words[language].failed, alertOf(refused));
}
