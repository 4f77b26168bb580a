import { applyDecorators, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { invisibleIn } from '@recapito/primitives';
import type { FastifyRequest } from 'fastify';
import { PurposeHeader } from '../auth/recording.ts';
import type { Problem } from './problem.ts';
import { malformed } from './refusals.ts';

/**
 * Why the data are read, as a controller's argument: for a route that publishes the reading with facts of its own.
 * @rule PURPOSE-ASKED
 */
export const Purpose = createParamDecorator((_: undefined, context: ExecutionContext): string =>
  given(purposeOf(context.switchToHttp().getRequest<FastifyRequest>())),
);

/**
 * The same where callers of earlier releases say it as `purpose` in the query: that counts where there is no header. The
 * header is the better place, because what lies between writes the addresses of requests into its logs.
 * @rule PURPOSE-ASKED
 */
export const PurposeOrQuery = createParamDecorator((_: undefined, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<FastifyRequest<{ Querystring: { purpose?: unknown } }>>();
  const { purpose } = request.query;
  return given(request.headers['purpose'] === undefined ? wordsOf(purpose) : purposeOf(request));
});

/** Both places in the document of a route. */
export function PurposeOrQueryDocument(): MethodDecorator {
  const description = 'In the place of the header, as earlier releases take it.';
  const schema = { type: 'string', minLength: 3, maxLength: 200 } as const;
  return applyDecorators(
    PurposeHeader(false),
    ApiQuery({ name: 'purpose', required: false, deprecated: true, description, schema }),
  );
}

function given(purpose: string | null): string {
  if (purpose === null) throw missingPurpose();
  return purpose;
}

/**
 * The `Purpose` header, 3 to 200 characters, in UTF-8; null when there is none, one of another length, or one with
 * characters that nobody sees.
 */
export function purposeOf({ headers }: FastifyRequest): string | null {
  const { purpose } = headers;
  return wordsOf(typeof purpose === 'string' ? Buffer.from(purpose, 'latin1').toString('utf8') : undefined);
}

function wordsOf(purpose: unknown): string | null {
  const words = typeof purpose === 'string' ? purpose.trim() : '';
  return words.length >= 3 && words.length <= 200 && invisibleIn(words).length === 0 ? words : null;
}

export function missingPurpose(): Problem {
  const words = {
    it: 'occorre il motivo della lettura, da 3 a 200 caratteri visibili',
    en: 'the purpose of the reading is needed, 3 to 200 characters that can be seen',
  };
  return malformed([{ at: 'header.purpose', words }]);
}
