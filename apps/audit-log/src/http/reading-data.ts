import { z } from 'zod';

/** What the facts of readings say; `personal-data-read` has names of its own for the same. */
const publishedData = z
  .object({
    caller: z.string(),
    reader: z.string(),
    act: z.string(),
    what: z.string(),
    subject: z.string(),
    purpose: z.string().nullable(),
  })
  .partial();

/** Who has read or asked, by which permission, what, and why; null where the record does not say it. */
export interface ReadingData {
  readonly caller: string | null;
  readonly act: string | null;
  readonly subject: string | null;
  readonly purpose: string | null;
}

/** Reads the data of a reading. The trace holds what lay in a topic, whatever it is: of what is no reading all is null. */
export function readingDataOf(value: string): ReadingData {
  const { caller, reader, act, what, subject, purpose } = publishedData.safeParse(parsedJson(value)).data ?? {};
  return {
    caller: caller ?? reader ?? null,
    act: act ?? what ?? null,
    subject: subject ?? null,
    purpose: purpose ?? null,
  };
}

/** What a text says in JSON; undefined when it is none. */
export function parsedJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
