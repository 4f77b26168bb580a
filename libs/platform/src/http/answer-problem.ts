import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../auth/caller.ts';
import { preferredLanguage } from './language.ts';
import type { Problem } from './problem.ts';
import { traceOf } from './trace.ts';

/** Answers a request with a problem, in the caller's language; to another service in both. */
export function answerProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', String(problem.retryAfterSeconds));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  const language = preferredLanguage(request.headers['accept-language']);
  const toService = callerOf(request)?.kind === 'service';
  void reply
    .status(problem.status)
    .header('content-language', language)
    .header('vary', 'accept-language')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem.document(language, traceOf(request), toService)));
}
