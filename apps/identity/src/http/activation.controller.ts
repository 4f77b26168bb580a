import { Body, Controller, Get, Headers, Param, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ArrivedAt, preferredLanguage, Public } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { activateOperator, readActivation } from '../application/activate-operator.ts';
import { activatedPage, activationPage, voidPage } from '../pages/activation-page.ts';
import { pageHeaders } from '../pages/page.ts';
import { OpenIdProvider, providerPath } from '../provider/open-id-provider.ts';
import { OperatorSecrets } from '../secrets/operator-secrets.ts';
import { OperatorParts } from './operator-parts.ts';
import { statusOf } from './problem.ts';

const linkPath = z.object({ token: z.string().min(1).max(100) });

const credentialsForm = z.object({
  form: z.string().max(100).default(''),
  password: z.string().max(256).default(''),
  again: z.string().max(256).default(''),
  code: z.string().max(10).default(''),
});

/**
 * The page of the link that an operator was given: password and second factor are chosen here, once.
 * @rule OPERATOR-ACTIVATION
 */
@ApiExcludeController()
@Controller(`${providerPath.slice(1)}/activation`)
export class ActivationController {
  constructor(
    private readonly parts: OperatorParts,
    private readonly secrets: OperatorSecrets,
    private readonly provider: OpenIdProvider,
  ) {}

  @Get(':token')
  @Public()
  async show(
    @Param({ schema: linkPath }) { token }: z.output<typeof linkPath>,
    @Headers('accept-language') languages: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#answer(reply, { token, languages, status: 200, refused: null });
  }

  @Post(':token')
  @Public()
  async choose(
    @Param({ schema: linkPath }) { token }: z.output<typeof linkPath>,
    @Body({ schema: credentialsForm }) { form, password, again, code }: z.output<typeof credentialsForm>,
    @ArrivedAt() at: Instant,
    @Headers('accept-language') languages: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const language = preferredLanguage(languages);
    if (!this.secrets.isFormToken(token, form)) {
      await this.#answer(reply, { token, languages, status: 400, refused: null });
      return;
    }
    const outcome = await activateOperator(this.parts.activation, { token, password, again, code, at });
    if (isRefusal(outcome)) {
      const refused = outcome.words[language];
      await this.#answer(reply, { token, languages, status: statusOf(outcome.refused), refused });
      return;
    }
    page(reply, 200, activatedPage(language, `${this.provider.consoleOrigin}/`));
  }

  /** The page of a link that is open, or what is said of one that is not. */
  async #answer(reply: FastifyReply, { token, languages, status, refused }: Answer): Promise<void> {
    const language = preferredLanguage(languages);
    const open = await readActivation(this.parts.activation, token);
    if (isRefusal(open)) return page(reply, statusOf(open.refused), voidPage(language, open.words[language]));
    const action = `${providerPath}/activation/${encodeURIComponent(token)}`;
    const { operator, factor } = open;
    const formToken = this.secrets.formToken(token);
    page(reply, status, activationPage({ language, action, formToken, name: operator.name, factor, refused }));
  }
}

interface Answer {
  readonly token: string;
  readonly languages: string | undefined;
  readonly status: number;
  readonly refused: string | null;
}

function page(reply: FastifyReply, status: number, content: string): void {
  void reply.status(status).headers(pageHeaders()).type('text/html; charset=utf-8').send(content);
}
