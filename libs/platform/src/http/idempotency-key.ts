import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { idempotencyKey } from '../database/once-by-key.ts';
import { malformed } from './refusals.ts';

/**
 * The caller's own name for a request that creates something, as a controller's argument: `@IdempotencyKey() key: string`.
 * A request without one, or with one that is no key, is malformed.
 * @rule HTTP-IDEMPOTENCY-KEY
 */
export const IdempotencyKey = createParamDecorator((_: undefined, context: ExecutionContext): string => {
  const key = idempotencyKey.safeParse(context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']);
  if (key.success) return key.data;
  const words = {
    it: 'occorre una chiave da 1 a 128 caratteri stampabili',
    en: 'a key of 1 to 128 printable characters is needed',
  };
  throw malformed([{ at: 'header.idempotency-key', words }]);
});
