import { type ArgumentMetadata, StandardSchemaValidationPipe } from '@nestjs/common';
import type { Words } from '@recapito/primitives';
import { type core, locales, z } from 'zod';
import type { RequestFault } from './problem.ts';
import { malformed } from './refusals.ts';
import { faultsOfText } from './text.ts';

const italian = locales.it().localeError;
const english = locales.en().localeError;

/**
 * Checks every argument that declares a zod schema (`@Body({ schema })`, `@Query({ schema })`, `@Param({ schema })`)
 * and hands on what the schema made of it; text must be what a database keeps as text, with a schema or without. Faults
 * are told in both languages, never with the value that was sent.
 */
export class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    const { schema, type, data } = metadata;
    if (type === 'custom') return value;
    const where = data === undefined ? [type] : [type, data];
    const noText = faultsOfText(value, where);
    if (noText.length > 0) throw malformed(noText);
    if (!(schema instanceof z.ZodType) || !this.toValidate(metadata)) return value;
    this.stripProtoKeys(value);
    const reading = await schema.safeParseAsync(value, { reportInput: true });
    if (reading.success) return reading.data as T;
    throw malformed(reading.error.issues.map((issue) => faultOf(issue, where)));
  }
}

function faultOf(issue: core.$ZodIssue, where: readonly string[]): RequestFault {
  return { at: [...where, ...issue.path].map(String).join('.'), words: wordsOf(issue) };
}

/** A fault that a schema finds by itself, in both languages: the argument of `context.addIssue`. */
export function customFault(words: Words): { code: 'custom'; message: string; params: { words: Words } } {
  return { code: 'custom', message: words.en, params: { words } };
}

/** What a schema says itself is kept, in both languages where it used `customFault`; zod's own is said in both. */
function wordsOf(issue: core.$ZodIssue): Words {
  const raw = issue as core.$ZodRawIssue;
  if (issue.code === 'custom' && issue.params?.['words'] !== undefined) return issue.params['words'] as Words;
  if (issue.code === 'invalid_type' && issue.input === undefined) return { it: 'manca', en: 'is missing' };
  const en = textOf(english(raw)) ?? issue.message;
  if (issue.code === 'custom' || issue.message !== en) return { it: issue.message, en: issue.message };
  return { it: textOf(italian(raw)) ?? issue.message, en };
}

function textOf(message: string | { message: string } | null | undefined): string | undefined {
  return typeof message === 'string' ? message : message?.message;
}
