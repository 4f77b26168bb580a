import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { idempotencyKey } from '@recapito/database';
import { malformed } from './refusals.ts';

/**
 * The caller's own name for a request that creates something, as a controller's argument: `@IdempotencyKey() key: string`.
 * A request without one, or with one that is no key, is malformed.
 * @rule HTTP-IDEMPOTENCY-KEY
 */
export const IdempotencyKey = createParamDecorator(keyIn, [describeHeader]);

function keyIn(_: undefined, context: ExecutionContext): string {
  const key = idempotencyKey.safeParse(context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']);
  if (key.success) return key.data;
  const words = {
    it: 'occorre una chiave da 1 a 128 caratteri stampabili',
    en: 'a key of 1 to 128 printable characters is needed',
  };
  throw malformed([{ at: 'header.idempotency-key', words }]);
}

/** Whoever asks for the key says so in the service's document. */
function describeHeader(controller: object, handler: string | symbol | undefined): void {
  if (handler === undefined) return;
  const descriptor = Object.getOwnPropertyDescriptor(controller, handler);
  if (descriptor === undefined) return;
  ApiHeader({
    name: 'Idempotency-Key',
    description: 'The caller’s own name for this request: sent again under it, the request takes effect once',
    required: true,
    schema: { type: 'string', pattern: String.raw`^[\x21-\x7e]{1,128}$` },
  })(controller, handler, descriptor);
}
