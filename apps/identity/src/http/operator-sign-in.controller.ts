import { Body, Controller, Get, Headers, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors } from 'oidc-provider';
import { ArrivedAt, CurrentSources, preferredLanguage, Public } from '@recapito/platform';
import type { Sources } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { signInOperator } from '../application/sign-in-operator.ts';
import { pageHeaders } from '../pages/page.ts';
import { failurePage } from '../pages/provider-pages.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { OpenIdProvider, providerPath } from '../provider/open-id-provider.ts';
import { OperatorSecrets } from '../secrets/operator-secrets.ts';
import { IdentityParts } from './identity-parts.ts';
import { statusOf } from './problem.ts';

const interactionPath = z.object({ uid: z.string().min(1).max(64) });

const signInForm = z.object({
  form: z.string().max(100).default(''),
  name: z.string().max(100).default(''),
  password: z.string().max(256).default(''),
  code: z.string().max(10).default(''),
});

/**
 * The page on which operators sign in. The provider sends them here with a cookie that names this sign-in and no other, and
 * the form carries a token that only the page has: no other page can send it.
 * @rule OIDC-FORM
 */
@ApiExcludeController()
@Controller(`${providerPath.slice(1)}/interaction`)
export class OperatorSignInController {
  constructor(
    private readonly parts: IdentityParts,
    private readonly secrets: OperatorSecrets,
    private readonly provider: OpenIdProvider,
  ) {}

  @Get(':uid')
  @Public()
  async show(
    @Param({ schema: interactionPath }) { uid }: z.output<typeof interactionPath>,
    @Headers('accept-language') languages: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!(await this.#isUnderWay(uid, request, reply))) return this.#gone(reply, languages);
    this.#page(reply, 200, this.#signInPage(uid, languages, { name: '', refused: null }));
  }

  @Post(':uid')
  @Public()
  async signIn(
    @Param({ schema: interactionPath }) { uid }: z.output<typeof interactionPath>,
    @Body({ schema: signInForm }) { form, name, password, code }: z.output<typeof signInForm>,
    @ArrivedAt() at: Instant,
    @CurrentSources() sources: Sources,
    @Headers('accept-language') languages: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!this.secrets.isFormToken(uid, form)) return this.#gone(reply, languages);
    if (!(await this.#isUnderWay(uid, request, reply))) return this.#gone(reply, languages);
    const typed = name.trim().toLowerCase();
    const attempt = { name: typed, password, code, sources, at };
    const outcome = await signInOperator(this.parts.access, this.secrets, attempt);
    if (isRefusal(outcome)) {
      const refused = outcome.words[preferredLanguage(languages)];
      this.#page(reply, statusOf(outcome.refused), this.#signInPage(uid, languages, { name: typed, refused }));
      return;
    }
    const login = { accountId: outcome.operator, remember: false, amr: ['pwd', 'otp'] };
    const onward = await this.provider
      .current()
      .interactionResult(request.raw, reply.raw, { login }, { mergeWithLastSubmission: false });
    void reply.headers(this.#headers()).redirect(onward, 303);
  }

  /** Whether the browser has the cookie of this very sign-in. */
  async #isUnderWay(uid: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    try {
      const details = await this.provider.current().interactionDetails(request.raw, reply.raw);
      return details.uid === uid && details.prompt.name === 'login';
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return false;
      throw error;
    }
  }

  #signInPage(
    uid: string,
    languages: string | undefined,
    shown: { readonly name: string; readonly refused: string | null },
  ): string {
    const action = `${providerPath}/interaction/${encodeURIComponent(uid)}`;
    return signInPage({
      language: preferredLanguage(languages),
      action,
      formToken: this.secrets.formToken(uid),
      ...shown,
    });
  }

  #gone(reply: FastifyReply, languages: string | undefined): void {
    this.#page(reply, 400, failurePage('session_not_found', preferredLanguage(languages)));
  }

  #page(reply: FastifyReply, status: number, page: string): void {
    void reply.status(status).headers(this.#headers()).type('text/html; charset=utf-8').send(page);
  }

  #headers(): Readonly<Record<string, string>> {
    return pageHeaders([this.provider.consoleOrigin]);
  }
}
