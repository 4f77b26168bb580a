import type { Language } from '@recapito/platform';
import { html, Markup, pageOf } from './page.ts';

const words = {
  it: {
    leave: 'Uscire?',
    leaving: 'La sessione si chiude per tutte le pagine aperte.',
    yes: 'Esci',
    no: 'Resta collegato',
    out: 'Sessione chiusa',
    closed: 'Si può chiudere questa finestra.',
    failed: 'L’accesso non può continuare',
    again: 'La richiesta è scaduta o non è valida. Tornare alla pagina di partenza e ricominciare.',
    code: 'Codice per l’assistenza:',
  },
  en: {
    leave: 'Sign out?',
    leaving: 'The session ends for all open pages.',
    yes: 'Sign out',
    no: 'Stay signed in',
    out: 'Signed out',
    closed: 'You may close this window.',
    failed: 'Signing in cannot go on',
    again: 'The request has expired or is not valid. Go back to where you came from and begin again.',
    code: 'Code for the help desk:',
  },
} as const;

/** Asks whether somebody wants to leave. @param form the provider's own form, whose buttons follow it */
export function logoutPage(form: string, language: Language): string {
  const said = words[language];
  const content = html`<p>${said.leaving}</p>
    ${new Markup(form)}
    <button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>${said.yes}</button>
    <button type="submit" form="op.logoutForm">${said.no}</button>`;
  return pageOf(language, said.leave, content);
}

/** Somebody has left. */
export function endPage(language: Language): string {
  const said = words[language];
  return pageOf(language, said.out, html`<p>${said.closed}</p>`);
}

/** A request that cannot be answered by going back to who made it. @param error the code of RFC 6749 */
export function failurePage(error: string, language: Language): string {
  const said = words[language];
  const content = html`<p role="alert">${said.again}</p>
    <p>${said.code} <span class="code">${error}</span></p>`;
  return pageOf(language, said.failed, content);
}
