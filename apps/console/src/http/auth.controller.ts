import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Permission, Public, RecordsNothing, Unavailable } from '@recapito/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SignIn } from '../application/sign-in.ts';
import { SessionCookies } from '../sessions/session-cookies.ts';
import { SessionStore } from '../sessions/session-store.ts';
import { OpenIdClient } from '../sign-in/open-id-client.ts';
import { CsrfGuard } from './csrf.guard.ts';
import { workHere } from './permissions.ts';
import { WebPages } from './web-pages.ts';

const beginQuery = z.object({ to: z.string().max(2_000).optional().catch(undefined) });

/** Where the browser goes to end its session at identity too; null when identity cannot be asked now. */
const leftView = z.object({ leave: z.url().nullable() });

/** People sign in by way of identity, and sign out here and there. */
@ApiTags('sign-in')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly sessions: SessionStore,
    private readonly cookies: SessionCookies,
    private readonly provider: OpenIdClient,
    private readonly pages: WebPages,
  ) {}

  /** Begins a sign-in and sends the browser to identity; `to` is the page to come back to. */
  @Get('sign-in')
  @Public()
  @ApiExcludeEndpoint()
  async begin(
    @Query({ schema: beginQuery }) { to }: z.output<typeof beginQuery>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Cookies that another name of this host has got would not come back to the callback.
    const own = new URL(request.url, this.provider.callback);
    if (request.host !== own.host) return this.#send(reply, own.href);
    await this.#orPage(reply, async () => {
      const { redirect, browser } = await this.signIn.begin(to, this.cookies.browserOf(request));
      this.cookies.setBrowser(reply, browser);
      this.#send(reply, redirect);
    });
  }

  /** Here identity sends the browser back. Whatever is wrong, the page says that nobody has signed in and offers to begin anew. */
  @Get('callback')
  @Public()
  @ApiExcludeEndpoint()
  async end(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#orPage(reply, async () => {
      const signedIn = await this.signIn.end({
        browser: this.cookies.browserOf(request),
        query: request.url.split('?')[1] ?? '',
        before: this.cookies.sessionOf(request),
      });
      if (signedIn !== null) this.cookies.setSession(reply, signedIn.secret);
      this.#send(reply, signedIn?.to ?? '/accesso?esito=no');
    });
  }

  /** Ends the session here, whether or not identity can be asked. */
  @Post('sign-out')
  @HttpCode(200)
  @Permission(workHere)
  @UseGuards(CsrfGuard)
  @RecordsNothing('who signs out changes nothing but their own session')
  @ApiResponse({ status: 200, standardSchema: leftView })
  async signOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof leftView>> {
    await this.sessions.end(this.cookies.sessionOf(request) ?? '');
    this.cookies.endSession(reply);
    return { leave: await this.provider.leaveUrl().catch(() => null) };
  }

  /** Where identity or Redis is away, the application says so on a page of its own, under the same address. */
  async #orPage(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      void reply
        .status(503)
        .header('retry-after', '5')
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(this.pages.html);
    }
  }

  #send(reply: FastifyReply, to: string): void {
    void reply.header('cache-control', 'no-store').redirect(to, 303);
  }
}
