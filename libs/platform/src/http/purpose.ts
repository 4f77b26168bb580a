import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { invisibleIn } from '@recapito/primitives';
import type { FastifyRequest } from 'fastify';
import type { Problem } from './problem.ts';
import { malformed } from './refusals.ts';

/**
 * Why the data are read, as a controller's argument: for a route that publishes the reading with facts of its own.
 * @rule PURPOSE-ASKED
 */
export const Purpose = createParamDecorator((_: undefined, context: ExecutionContext): string => {
  const purpose = purposeOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (purpose === null) throw missingPurpose();
  return purpose;
});

/**
 * The `Purpose` header, 3 to 200 characters, in UTF-8; null when there is none, one of another length, or one with
 * characters that nobody sees.
 */
export function purposeOf({ headers }: FastifyRequest): string | null {
  const { purpose } = headers;
  const words = typeof purpose === 'string' ? Buffer.from(purpose, 'latin1').toString('utf8').trim() : '';
  return words.length >= 3 && words.length <= 200 && invisibleIn(words).length === 0 ? words : null;
}

export function missingPurpose(): Problem {
  const words = {
    it: 'occorre il motivo della lettura, da 3 a 200 caratteri visibili',
    en: 'the purpose of the reading is needed, 3 to 200 characters that can be seen',
  };
  return malformed([{ at: 'header.purpose', words }]);
}
