import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { correlated, correlation } from '@recapito/messaging';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Admission } from '../auth/admission.ts';
import { callerOf } from '../auth/caller.ts';
import { timeoutHeader, within } from '../calls/deadline.ts';
import type { SuiteClock } from '../clock/suite-clock.ts';
import type { Health } from '../health/health.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { ClosedDoors } from '../restore/closed-doors.ts';
import type { AnyServiceConfig } from '../config.ts';
import type { KeptSources } from '../sources/kept-sources.ts';
import { rememberSources, sourcesOfRequest } from '../sources/request-sources.ts';
import { SourceRate } from '../sources/source-rate.ts';
import { answerProblem } from './answer-problem.ts';
import { rememberArrival } from './arrival.ts';
import { Occupied } from './places.ts';
import { tooFast, unavailable } from './refusals.ts';
import { wholeRequestMs } from './server-limits.ts';
import { StrangerTurns } from './stranger-turns.ts';
import { correlationOf, rememberTrace, traceOf } from './trace.ts';

/** Nobody waits longer for an answer. */
const longestMs = 30_000;

/** Answered in every phase: those who run the suite must be able to ask, and to decide after a restore. */
const alwaysOpen = /^\/(health\/(live|ready)|restore(\/[^?]*)?)(\?|$)/;

/** Looking at the service is not work of the service. */
const looking = /^\/(health|rehearsal)(\/|\?|$)/;

/** What the edge needs of the service. */
export interface EdgeParts {
  readonly health: Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly config: AnyServiceConfig;
  readonly keptSources: Pick<KeptSources, 'known'>;
  readonly closedDoors: Pick<ClosedDoors, 'closed'> | undefined;
  readonly clock: Pick<SuiteClock, 'reading'>;
}

/** What happens to every request before and after its controller. */
export class HttpEdge {
  #inWork = 0;
  #answered = 0;
  readonly #receiving = new Set<Socket>();
  readonly #occupying = new WeakSet<FastifyRequest>();
  /** Connections that keep their place. */
  readonly occupied = new Occupied();

  /** Requests that have come in and not been answered, those that only look apart. */
  get inWork(): number {
    return this.#inWork;
  }

  /** Requests answered since the start, those that only look apart. */
  get answered(): number {
    return this.#answered;
  }

  /** Ends the connections whose request has not come in whole: their clients may take as long as they like. */
  endUnfinished(): void {
    for (const socket of this.#receiving) socket.destroy();
  }

  /**
   * Gives each request its trace, its deadline, its figures and its line in the log; turns it away while starting, while the
   * doors are closed after a restore, and before its body is read when it is not admitted. Strangers come in one by one.
   */
  attach(
    fastify: FastifyInstance,
    { health, metrics, logger, closedDoors, config, keptSources, clock }: EdgeParts,
    admission: Admission,
  ): void {
    const seconds = metrics.histogram('recapito_http_request_duration_seconds', 'Time from request to answer', [
      'method',
      'route',
      'status',
    ]);
    const rate = new SourceRate({ burst: config.httpBurst, perSecond: config.httpPerSecond });
    metrics.gauge('recapito_http_requests_in_work', 'Requests in work', [], (gauge) => gauge.set(this.#inWork));
    fastify.addHook('onRequest', (request, reply, done) => {
      const parent = request.headers.traceparent;
      correlated(typeof parent === 'string' ? parent : undefined, () => {
        const current = correlation.getStore();
        if (current !== undefined) rememberTrace(request, current);
        rememberSources(request, config);
        rememberArrival(request, clock);
        if (!looking.test(request.url)) this.#count(reply);
        const isClosed = health.phase === 'starting' || closedDoors?.closed === true;
        if (isClosed && !alwaysOpen.test(request.url)) answerProblem(unavailable(1), request, reply);
        else done();
      });
    });
    const strangers = new StrangerTurns();
    fastify.addHook('onRequest', async (request, reply) => {
      if (!alwaysOpen.test(request.url) && !keptSources.known.has(sourcesOfRequest(request))) await strangers.enter();
      const problem = await admission.problemOf(request);
      if (this.#isTooFast(request, rate)) {
        answerProblem(tooFast(), request, reply);
        return reply;
      }
      if (problem === undefined) {
        if (callerOf(request) !== undefined) {
          this.#occupies(request, reply);
          keptSources.known.succeeded(sourcesOfRequest(request), Date.now());
        }
        this.#receives(request);
        return undefined;
      }
      answerProblem(problem, request, reply);
      return reply;
    });
    // Reading the body leaves the asynchronous context behind, so trace and deadline are entered after it.
    fastify.addHook('preValidation', (request, reply, done) => {
      this.#onceWhole(request, () => {
        this.#receiving.delete(request.raw.socket);
        // Who was answered before the end has no request in work.
        if (!reply.raw.writableEnded) this.#occupies(request, reply);
      });
      const known = correlationOf(request);
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
          {
            event: 'http-answered',
            method,
            route,
            status,
            ms,
            caller: callerOf(request)?.name,
            trace: traceOf(request),
          },
          'answered',
        );
      }
      done();
    });
  }

  /**
   * Whoever shows no credentials has a rate by source; those who run the suite may always look.
   * @rule SOURCE-RATE
   */
  #isTooFast(request: FastifyRequest, rate: SourceRate): boolean {
    if (callerOf(request) !== undefined || alwaysOpen.test(request.url)) return false;
    return rate.take(sourcesOfRequest(request), Date.now()) === null;
  }

  /** Whoever has shown who they are, or whose request is whole, keeps the place of the connection until the answer. */
  #occupies(request: FastifyRequest, reply: FastifyReply): void {
    if (this.#occupying.has(request)) return;
    this.#occupying.add(request);
    reply.raw.once('close', this.occupied.enter(request.raw.socket));
  }

  /** A body that is read as it comes, by a controller or by the OpenID provider, is not there yet when its route begins. */
  #onceWhole({ raw }: FastifyRequest, then: () => void): void {
    const hasBody = raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
    if (raw.complete || !hasBody) then();
    else raw.once('end', then);
  }

  /** Until its body has been read the request hangs on its client. */
  #receives({ raw }: FastifyRequest): void {
    const { socket } = raw;
    this.#receiving.add(socket);
    raw.once('close', () => this.#receiving.delete(socket));
  }

  #count(reply: FastifyReply): void {
    this.#inWork++;
    reply.raw.once('close', () => {
      this.#inWork--;
      this.#answered++;
    });
  }
}

/** Runs what follows a body that was read as it came: the time for an answer counts from here. */
export function withinAnswer<Result>(work: () => Result): Result {
  return within(longestMs, work);
}

/** A body that the controller reads as it comes has its own time, and the answer has its own after that. */
function patienceOf(request: FastifyRequest): number {
  if (request.body instanceof Readable) return wholeRequestMs + longestMs;
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
