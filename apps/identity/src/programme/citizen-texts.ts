import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
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
  /** What holders ask about their move, and the programme's answers; none where the programme has no such file. */
  readonly frequentQuestions: readonly FrequentQuestion[];
}

/** A question that many holders ask, with its answer. */
export interface FrequentQuestion {
  readonly id: string;
  readonly question: { readonly it: string; readonly en: string };
  readonly answer: { readonly it: string; readonly en: string };
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

const frequentQuestionsFile = z.array(z.object({ id: z.string().regex(/^[a-z-]+$/), question: words, answer: words }));

/** Reads `terms/terms.json`, its texts, `security-questions.json` and `frequent-questions.json` of a programme. @throws when one does not fit. */
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
  const asked = join(folder, 'frequent-questions.json');
  const frequentQuestions = existsSync(asked) ? readJsonFile(asked, frequentQuestionsFile) : [];
  return { terms, questions, frequentQuestions };
}
