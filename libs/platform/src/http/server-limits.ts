import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { finished, Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import { answerProblem } from './answer-problem.ts';
import { contextOf } from './http-credential.ts';
import type { TlsCredential } from './http-credential.ts';
import type { Problem } from './problem.ts';
import { malformed, tooLarge, tooSlow, unacceptableBody } from './refusals.ts';

/** How long a request may take to come in whole: 40 MiB at a megabit and a half a second. */
export const wholeRequestMs = 240_000;

/**
 * What bounds every connection: time for the head, for the whole request, between two requests, and without a byte; the size
 * of a body; and an answer in our form for what never becomes a request.
 * @rule HTTP-LIMITS
 */
const limits: FastifyHttpOptions<Server> = {
  bodyLimit: 1024 * 1024,
  forceCloseConnections: 'idle',
  requestTimeout: wholeRequestMs,
  connectionTimeout: 60_000,
  keepAliveTimeout: 10_000,
  frameworkErrors: (_error, request, reply) => {
    answerProblem(badUrl(), request, reply);
  },
  clientErrorHandler: answerClientError,
};

const connectionLimits = { headersTimeout: 10_000, connectionsCheckingInterval: 1_000 };

/**
 * How a server of ours listens: within the limits of all, over TLS where there is a certificate.
 * @rule INNER-TLS
 */
export function serverOptions(tls: TlsCredential | undefined): FastifyHttpOptions<Server> {
  if (tls === undefined) return { ...limits, http: connectionLimits };
  const https = { ...connectionLimits, ...contextOf(tls), handshakeTimeout: 5_000 } as const;
  // Fastify's types know servers of either kind, and what is done with ours is the same.
  return { ...limits, https } as FastifyHttpOptions<Server>;
}

function badUrl(): Problem {
  return malformed([{ at: 'url', words: { it: 'non si lascia leggere', en: 'cannot be read' } }]);
}

/** A head that Node's parser refuses, or that does not end: there is no request to answer, only a socket. */
function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem = clientProblem(error.code);
  const body = JSON.stringify(problem.document('it'));
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.status === 408 ? 'Request Timeout' : 'Bad Request'}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function clientProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return tooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return tooSlow();
  return malformed([{ at: 'head', words: { it: 'non si lascia leggere', en: 'cannot be read' } }]);
}

/** Hands bodies of a type to the controller as they come, up to a size: nothing is kept that the controller does not keep. */
export function streamBodies(fastify: FastifyInstance, type: string, mostBytes: number): void {
  fastify.addContentTypeParser(type, (request, payload, done) => {
    if (Number(request.headers['content-length'] ?? 0) > mostBytes) done(unacceptableBody(413));
    else done(null, bounded(payload, mostBytes));
  });
}

/** A refusal in the middle leaves the connection whole: the rest of the body is read and kept nowhere. */
function bounded(payload: Readable, mostBytes: number): Readable {
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.byteLength;
      done(size > mostBytes ? unacceptableBody(413) : null, chunk);
    },
  });
  finished(payload, (error) => {
    if (error) counted.destroy(error);
  });
  counted.once('close', () => {
    payload.unpipe(counted);
    payload.resume();
  });
  return payload.pipe(counted);
}
