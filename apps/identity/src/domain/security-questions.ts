import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';

/** A question of the programme. */
export interface SecurityQuestion {
  readonly id: string;
  readonly words: { readonly it: string; readonly en: string };
}

/** What a holder answers to one of them, as typed. */
export interface SecurityAnswer {
  readonly question: string;
  readonly answer: string;
}

const answersAsked = 3;
const shortestAnswer = 3;

export type SecurityAnswersRefusal = Refusal<
  'security-answers/questions' | 'security-answers/too-short' | 'security-answers/alike'
>;

/**
 * The three answers in the form in which they are kept and will be compared, sorted by question: without capitals,
 * diacritics, punctuation and doubled blanks.
 * Refusals: `security-answers/questions` (not three different ones of the programme), `security-answers/too-short`
 * (fewer than three characters), `security-answers/alike` (the same answer twice).
 * @rule SECURITY-ANSWERS
 */
export function judgeAnswers(
  questions: readonly SecurityQuestion[],
  given: readonly SecurityAnswer[],
): readonly SecurityAnswer[] | SecurityAnswersRefusal {
  const known = new Set(questions.map(({ id }) => id));
  const asked = new Set(given.map(({ question }) => question));
  if (given.length !== answersAsked || asked.size !== answersAsked || ![...asked].every((id) => known.has(id)))
    return otherQuestions();
  const answers = given.map(({ question, answer }) => ({ question, answer: comparable(answer) }));
  const short = answers.find(({ answer }) => answer.length < shortestAnswer);
  if (short !== undefined) return tooShort(short.question);
  if (new Set(answers.map(({ answer }) => answer)).size !== answersAsked) return alike();
  return answers.toSorted((one, other) => (one.question < other.question ? -1 : 1));
}

/** An answer as it is compared: people write `Sant'Agata` and `sant agata` for the same place. */
export function comparable(answer: string): string {
  return answer
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim();
}

function otherQuestions(): SecurityAnswersRefusal {
  return refuse(
    'security-answers/questions',
    'SECURITY-ANSWERS',
    {
      it: 'Occorre rispondere a tre domande diverse, scelte tra quelle proposte.',
      en: 'Three different questions are to be answered, chosen among those proposed.',
    },
    { asked: answersAsked },
  );
}

function tooShort(question: string): SecurityAnswersRefusal {
  return refuse(
    'security-answers/too-short',
    'SECURITY-ANSWERS',
    { it: 'Ogni risposta deve avere almeno tre caratteri.', en: 'Each answer must have at least three characters.' },
    { question },
  );
}

function alike(): SecurityAnswersRefusal {
  return refuse('security-answers/alike', 'SECURITY-ANSWERS', {
    it: 'Le tre risposte devono essere diverse tra loro.',
    en: 'The three answers must differ from one another.',
  });
}
