import { type Correlation, correlated, correlation, traceId } from '@recapito/messaging';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../auth/caller.ts';
import { timeoutHeader, within } from '../calls/deadline.ts';
import type { Health } from '../health/health.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { preferredLanguage } from './language.ts';
import { unavailable } from './refusals.ts';

/** Nobody waits longer for an answer. */
const longestMs = 30_000;

/** Answered in every phase: those who run the suite must be able to ask. */
const alwaysOpen = /^\/(health\/(live|ready)|metrics|openapi\.json)(\?|$)/;

/** Looking at the service is not work of the service. */
const looking = /^\/(health|metrics|openapi\.json|rehearsal)(\/|\?|$)/;

const traces = new WeakMap<FastifyRequest, Correlation>();

/** The trace id of a request. */
export function traceOf(request: FastifyRequest): string | undefined {
  const known = traces.get(request);
  return known === undefined ? undefined : traceId(known.traceparent);
}

/** What happens to every request before and after its controller. */
export class HttpEdge {
  #inWork = 0;
  #answered = 0;

  /** Requests that have come in and not been answered, those that only look apart. */
  get inWork(): number {
    return this.#inWork;
  }

  /** Requests answered since the start, those that only look apart. */
  get answered(): number {
    return this.#answered;
  }

  /** Gives each request its trace, its deadline, its figures and its line in the log, and turns it away while starting. */
  attach(fastify: FastifyInstance, health: Health, metrics: Metrics, logger: Logger): void {
    const seconds = metrics.histogram('recapito_http_request_duration_seconds', 'Time from request to answer', [
      'method',
      'route',
      'status',
    ]);
    metrics.gauge('recapito_http_requests_count', 'Requests in work', [], (gauge) => gauge.set(this.#inWork));
    fastify.addHook('onRequest', (request, reply, done) => {
      const parent = request.headers.traceparent;
      correlated(typeof parent === 'string' ? parent : undefined, () => {
        const current = correlation.getStore();
        if (current !== undefined) traces.set(request, current);
        if (!looking.test(request.url)) this.#count(reply);
        if (health.phase === 'starting' && !alwaysOpen.test(request.url)) turnAway(request, reply);
        else done();
      });
    });
    // Reading the body leaves the asynchronous context behind, so trace and deadline are entered after it.
    fastify.addHook('preValidation', (request, reply, done) => {
      const known = traces.get(request);
      const proceed = () => within(patienceOf(request), () => done(), goneSignal(reply));
      if (known === undefined) proceed();
      else correlation.run(known, proceed);
    });
    // A connection kept alive would hold the shutdown up until its caller lets go of it.
    fastify.addHook('onSend', (_request, reply, payload, done) => {
      if (health.phase === 'draining') void reply.header('connection', 'close');
      done(null, payload);
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      const method = request.method;
      const route = request.routeOptions.url ?? 'none';
      const status = reply.statusCode;
      seconds.observe({ method, route, status: String(status) }, reply.elapsedTime / 1000);
      if (!looking.test(request.url)) {
        const ms = Math.round(reply.elapsedTime * 10) / 10;
        logger.info(
          { method, route, status, ms, caller: callerOf(request)?.name, trace: traceOf(request) },
          'answered',
        );
      }
      done();
    });
  }

  #count(reply: FastifyReply): void {
    this.#inWork++;
    reply.raw.once('close', () => {
      this.#inWork--;
      this.#answered++;
    });
  }
}

function patienceOf(request: FastifyRequest): number {
  const asked = Number(request.headers[timeoutHeader]);
  return asked > 0 ? Math.min(asked, longestMs) : longestMs;
}

/** Aborted when the caller goes away before it has its answer. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Error('the caller has gone'));
  });
  return gone.signal;
}

function turnAway(request: FastifyRequest, reply: FastifyReply): void {
  const language = preferredLanguage(request.headers['accept-language']);
  const problem = unavailable(1);
  void reply
    .status(problem.status)
    .header('retry-after', '1')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem.document(language, traceOf(request))));
}
