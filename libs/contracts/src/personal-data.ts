import { z } from 'zod';
import type { EventDefinition } from './event.ts';
import { personalMark } from './fields.ts';
import type { PersonalData } from './fields.ts';

/** The data of an event as JSON Schema (draft 7): what an outsider reads is checked with it. */
export function dataSchema({ data }: EventDefinition): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(data, { target: 'draft-7', unrepresentable: 'any', io: 'input' });
  return schema;
}

/** What the data of an event tell of persons: the most that one of its fields does. `pseudonym` is less than `yes`. */
export function personalData(definition: EventDefinition): PersonalData | 'no' {
  const found = marksIn(dataSchema(definition));
  if (found.includes('yes')) return 'yes';
  return found.includes('pseudonym') ? 'pseudonym' : 'no';
}

function marksIn(schema: unknown): unknown[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([name, value]) => (name === personalMark ? [value] : marksIn(value)));
}
