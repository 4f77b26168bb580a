import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { answer } from '@recapito/platform';
import { refuse } from '@recapito/primitives';
import type { FastifyRequest } from 'fastify';
import { isSame, secretsOf } from '../sessions/session-secrets.ts';
import { SessionCookies } from '../sessions/session-cookies.ts';
import { statusOf } from './problem.ts';

/** In which header a page shows the token that its session was told. */
const header = 'x-csrf-token';

/** What changes nothing (RFC 9110, 9.2.1). */
const safe = new Set(['GET', 'HEAD']);

/**
 * Lets a change through only when it comes from a page of ours: another site’s form has the cookie and not the token; and a
 * question only when no other site asks it.
 * @rule CONSOLE-CSRF
 */
@Injectable()
export class CsrfGuard implements CanActivate {
  constructor(private readonly cookies: SessionCookies) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isFromElsewhere(request) || !(safe.has(request.method) || this.#showsToken(request)))
      answer(notFromPage(), statusOf);
    return true;
  }

  #showsToken(request: FastifyRequest): boolean {
    const [secret, shown] = [this.cookies.shownAt(request), request.headers[header]];
    return secret !== undefined && typeof shown === 'string' && isSame(shown, secretsOf(secret).csrf);
  }
}

/**
 * Lets nobody be signed in by a page of another site: there is no session yet whose token a page could show.
 * @rule CONSOLE-CSRF
 */
@Injectable()
export class SamePageGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (isFromElsewhere(context.switchToHttp().getRequest<FastifyRequest>())) answer(notFromPage(), statusOf);
    return true;
  }
}

/** Browsers say whose page asks (Fetch Metadata): a link of another site, followed, would be a reading in somebody’s name. */
function isFromElsewhere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin';
}

function notFromPage() {
  return refuse('session/not-from-page', 'CONSOLE-CSRF', {
    it: 'La richiesta non viene da una pagina di questa console: ricaricare la pagina e riprovare.',
    en: 'The request does not come from a page of this console: load the page again and retry.',
  });
}
