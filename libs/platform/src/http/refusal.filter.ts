import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseAway } from '@recapito/database';
import { Unavailable } from '../calls/unavailable.ts';
import type { Logger } from '../observability/logger.ts';
import { answerProblem } from './answer-problem.ts';
import { Problem } from './problem.ts';
import {
  fault,
  malformed,
  noSuchRoute,
  notPermitted,
  unacceptableBody,
  unauthenticated,
  unavailable,
} from './refusals.ts';

/** The one place where something thrown becomes an HTTP answer: a refusal in the caller's language, a fault without its insides. */
@Catch()
export class RefusalFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(thrown);
    const route = request.routeOptions?.url;
    if (problem.status === 500)
      this.#logger.error({ event: 'http-fault', err: thrown, route }, 'HTTP request answered 500: internal error');
    else if (problem.status === 503)
      this.#logger.warn(
        { event: 'http-unavailable', err: thrown, route },
        'HTTP request answered 503: a dependency is unavailable',
      );
    if (reply.sent) return;
    answerProblem(problem, request, reply);
  }
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof Unavailable || isDatabaseAway(thrown)) return unavailable();
  const status = statusOf(thrown);
  return (status === undefined ? undefined : answers.get(status)?.()) ?? fault();
}

/** What stands for the errors of Nest and Fastify themselves. */
const answers = new Map<number, () => Problem>([
  [400, () => malformed([{ at: 'body', words: { it: 'non si lascia leggere', en: 'cannot be read' } }])],
  [401, unauthenticated],
  [403, notPermitted],
  [404, noSuchRoute],
  [405, noSuchRoute],
  [413, () => unacceptableBody(413)],
  [415, () => unacceptableBody(415)],
  [503, unavailable],
]);

/** Nest's exceptions and Fastify's errors both name the status they stand for. */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number')
    return thrown.statusCode;
  return undefined;
}
