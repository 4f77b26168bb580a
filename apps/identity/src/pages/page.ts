import { createHash } from 'node:crypto';
import type { Language } from '@recapito/platform';
import { style } from './style.ts';

/** Text that is HTML already. */
export class Markup {
  constructor(readonly text: string) {}
}

/** HTML from a template: whatever is put in is escaped, unless it is markup itself. */
export function html(pieces: TemplateStringsArray, ...values: readonly (Markup | string | null)[]): Markup {
  const written = pieces.map((piece, index) => piece + asText(values[index] ?? ''));
  return new Markup(written.join(''));
}

function asText(value: Markup | string): string {
  return value instanceof Markup ? value.text : value.replaceAll(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Written as it is hashed, without a blank more. */
const styleElement = new Markup(`<style>${style}</style>`);
const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * What browsers may do on the pages of sign-in: show them, with the one style sheet that stands in them, and send their forms
 * to us.
 * @param formsLeadTo origins to which a form of ours leads on in the end
 * @rule PAGES-CSP
 */
export function pageHeaders(formsLeadTo: readonly string[] = []): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    'script-src',
    `form-action ${["'self'", ...formsLeadTo].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}

/** A whole page. @param title also its heading */
export function pageOf(language: Language, title: string, content: Markup): string {
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – Recapito</title>
        ${styleElement}
      </head>
      <body>
        <header><p>Recapito</p></header>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`.text;
}

/** What was refused, where screen readers read it first. */
export function alertOf(words: string | null): Markup {
  return words === null ? html`` : html`<p class="alert" role="alert" id="alert">${words}</p>`;
}
