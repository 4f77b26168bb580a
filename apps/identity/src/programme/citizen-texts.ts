import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '@recapito/platform';
import { z } from 'zod';
import type { SecurityQuestion } from '../domain/security-questions.ts';
import type { TermsText } from '../domain/terms.ts';

/** A text as it is shown: the bytes whose hash a holder accepts. */
export interface ShownText extends TermsText {
  readonly title: string;
  readonly text: string;
}

/** What the programme puts before its holders, read once at the start. */
export interface CitizenTexts {
  /** Contract and privacy notice in force, each in both languages. */
  readonly terms: readonly ShownText[];
  readonly questions: readonly SecurityQuestion[];
}

const words = z.object({ it: z.string().min(1), en: z.string().min(1) });

const termsFile = z.array(
  z.object({
    document: z.string().regex(/^[a-z-]+$/),
    version: z.string().min(1),
    title: words,
    /** Names of the text files beside this one. */
    files: words,
  }),
);

const questionsFile = z.array(z.object({ id: z.string().regex(/^[a-z-]+$/), words })).min(3);

/** Reads `terms/terms.json`, its texts and `security-questions.json` of a programme. @throws when one does not fit. */
export function readCitizenTexts(programmes: string, programme: string): CitizenTexts {
  const folder = join(programmes, programme);
  const listed = readJsonFile(join(folder, 'terms', 'terms.json'), termsFile);
  const terms = listed.flatMap(({ document, version, title, files }) =>
    (['it', 'en'] as const).map((language) => {
      const bytes = readFileSync(join(folder, 'terms', files[language]));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { document, version, language, sha256, title: title[language], text: bytes.toString('utf8') };
    }),
  );
  const questions = readJsonFile(join(folder, 'security-questions.json'), questionsFile);
  return { terms, questions };
}
