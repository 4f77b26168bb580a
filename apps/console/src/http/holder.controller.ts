import { All, Body, Controller, Delete, Get, Header, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiResponse, ApiTags } from '@nestjs/swagger';
import { answer, CurrentSources, Permission, Public, RecordsNothing, Unavailable } from '@recapito/platform';
import type { Sources } from '@recapito/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { holderSessionView, holderViewOf } from '../application/holder-view.ts';
import type { HolderSessionView } from '../application/holder-view.ts';
import { HolderDoor } from '../application/holder-door.ts';
import type { ServiceAnswer } from '../application/ask-service.ts';
import { isPassedOnToHolder } from '../domain/passed-on.ts';
import { holderDoors, SessionCookies } from '../sessions/session-cookies.ts';
import { CsrfGuard, SamePageGuard } from './csrf.guard.ts';
import { moveHere } from './permissions.ts';
import { notPassedOn, sessionOver, statusOf } from './problem.ts';

const signInBody = z.object({
  /** Codice fiscale, or a certified address. */
  user: z.string().min(1).max(320),
  /** First-access password, password or PIN. */
  secret: z.string().min(1).max(256),
});

const identityDoors = `${holderDoors}identity`;

/** The portal of holders: they sign in with the credentials of an announcement, or with their PIN, and take their steps. */
@ApiTags('holder')
@Controller(holderDoors.slice(1, -1))
export class HolderController {
  constructor(
    private readonly door: HolderDoor,
    private readonly cookies: SessionCookies,
  ) {}

  /** Whether a holder has signed in here, and what they may do. */
  @Get('session')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: holderSessionView })
  async read(@Req() request: FastifyRequest): Promise<HolderSessionView> {
    try {
      return await this.#viewOf(this.cookies.holderOf(request));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return { away: true, session: null };
    }
  }

  /** Signs a holder in; refusals are identity's. The session that the browser had is over. */
  @Post('session')
  @Public()
  @UseGuards(SamePageGuard)
  @ApiResponse({ status: 201, standardSchema: holderSessionView })
  async signIn(
    @Body({ schema: signInBody }) body: z.output<typeof signInBody>,
    @CurrentSources() [source]: Sources,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const opened = await this.door.signIn({ ...body, language: request.headers['accept-language'], source });
    if ('status' in opened) return send(reply, opened);
    const before = this.cookies.holderOf(request);
    if (before !== undefined) await this.door.end(before);
    this.cookies.setHolder(reply, opened.secret);
    void reply
      .status(201)
      .header('cache-control', 'no-store')
      .send(await this.#viewOf(opened.secret));
  }

  /** What holders ask about their move, with the programme's answers: also for whoever has not signed in. */
  @Get('frequent-questions')
  @Public()
  @ApiExcludeEndpoint()
  async frequentQuestions(@Res() reply: FastifyReply): Promise<void> {
    send(reply, await this.door.frequentQuestions());
  }

  /** Ends the session of a holder. */
  @Delete('session')
  @HttpCode(204)
  @Permission(moveHere)
  @UseGuards(CsrfGuard)
  @RecordsNothing('who signs out changes nothing but their own session')
  @ApiResponse({ status: 204 })
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.door.end(this.cookies.holderOf(request) ?? '');
    this.cookies.endHolder(reply);
  }

  /** The holder’s boxes, as mailbox shows them. */
  @Get('boxes')
  @Permission(moveHere)
  @RecordsNothing('holders see what is theirs')
  @ApiExcludeEndpoint()
  async boxes(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const secret = this.cookies.holderOf(request) ?? '';
    send(reply, (await this.door.boxes(secret, request.headers)) ?? answer(sessionOver(), statusOf));
  }

  /** Hands a request of a page to identity, and identity's answer to the page. */
  @All('identity/*')
  @Permission(moveHere)
  @UseGuards(CsrfGuard)
  @RecordsNothing('identity publishes what a holder has done')
  @ApiExcludeEndpoint()
  async ask(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const path = request.url.slice(identityDoors.length);
    const [pathname = ''] = path.split('?');
    if (!isPassedOnToHolder(request.method, pathname)) return answer(notPassedOn(), statusOf);
    const { method, headers } = request;
    const body = method === 'GET' ? undefined : (request.body ?? undefined);
    const secret = this.cookies.holderOf(request) ?? '';
    send(reply, (await this.door.ask(secret, { method, path, headers, body })) ?? answer(sessionOver(), statusOf));
  }

  async #viewOf(secret: string | undefined): Promise<HolderSessionView> {
    return holderViewOf(secret, secret === undefined ? null : await this.door.find(secret));
  }
}

function send(reply: FastifyReply, { status, headers, body }: ServiceAnswer): void {
  void reply
    .status(status)
    .headers({ ...headers, 'cache-control': 'no-store' })
    .send(body);
}
