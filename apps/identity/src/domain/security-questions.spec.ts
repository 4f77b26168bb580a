import { describe, expect, test } from '@jest/globals';
import { comparable, judgeAnswers } from './security-questions.ts';

const questions = ['auto', 'libro', 'piatto', 'vacanza'].map((id) => ({
  id,
  words: { it: `${id}?`, en: `${id} (en)?` },
}));
const given = [
  { question: 'vacanza', answer: '  Sant’Agata ' },
  { question: 'auto', answer: 'Fiat 500' },
  { question: 'libro', answer: 'Il barone   rampante!' },
];

describe('the three security answers', () => {
  test('are kept sorted by question, as they will be compared', () => {
    expect(judgeAnswers(questions, given)).toEqual([
      { question: 'auto', answer: 'fiat 500' },
      { question: 'libro', answer: 'il barone rampante' },
      { question: 'vacanza', answer: 'sant agata' },
    ]);
  });

  // @rule SECURITY-ANSWERS
  test.each([
    ['two answers', given.slice(0, 2), 'security-answers/questions'],
    ['four answers', [...given, { question: 'piatto', answer: 'lasagne' }], 'security-answers/questions'],
    [
      'the same question twice',
      [...given.slice(0, 2), { question: 'auto', answer: 'Vespa' }],
      'security-answers/questions',
    ],
    [
      'a question of their own',
      [...given.slice(0, 2), { question: 'gatto', answer: 'Micio' }],
      'security-answers/questions',
    ],
    [
      'an answer of two letters',
      [...given.slice(0, 2), { question: 'libro', answer: ' Sì! ' }],
      'security-answers/too-short',
    ],
    [
      'the same answer twice',
      [...given.slice(0, 2), { question: 'libro', answer: 'FIAT-500' }],
      'security-answers/alike',
    ],
  ])('%s are refused', (_, answers, code) => {
    expect(judgeAnswers(questions, answers)).toMatchObject({ refused: code, rule: 'SECURITY-ANSWERS' });
  });

  test('capitals, accents, apostrophes and blanks make no difference, letters do', () => {
    expect(comparable('Città di CASTELLO')).toBe(comparable('citta  di castello.'));
    expect(comparable('Sant’Agata')).toBe(comparable("sant'agata"));
    expect(comparable('Roma')).not.toBe(comparable('Rome'));
  });
});
