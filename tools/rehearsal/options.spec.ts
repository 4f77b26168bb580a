import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '@recapito/servers';
import { help, NotUnderstood, readOptions } from './options.ts';

const sample = (name: string) => resolve(root, 'programmes/inps-2010/sample', name);

test('without a word the sample is rehearsed, by its own scenario, and the suite stays up', () => {
  expect(readOptions([], '/home/anna')).toEqual({
    cohort: sample('coorte.csv'),
    scenario: sample('scenario.csv'),
    programme: 'inps-2010',
    seed: 1,
    report: undefined,
    continues: undefined,
    language: 'it',
    once: false,
    help: false,
  });
});

test('files are those of the folder in which the command was typed', () => {
  const words = ['--cohort', 'mia.csv', '--scenario', '../sue.csv', '--report', 'esito', '--seed', '7', '--once'];
  expect(readOptions(words, '/home/anna/prove')).toEqual({
    cohort: '/home/anna/prove/mia.csv',
    scenario: '/home/anna/sue.csv',
    programme: 'inps-2010',
    seed: 7,
    report: '/home/anna/prove/esito',
    continues: undefined,
    language: 'it',
    once: true,
    help: false,
  });
});

test('the language of the terminal can be named, and is one of two', () => {
  expect(readOptions(['--lang', 'en'], '/').language).toBe('en');
  expect(() => readOptions(['--lang', 'fr'], '/')).toThrow(new NotUnderstood('--lang takes it or en, not "fr"'));
});

test('who brings people and no scenario gets all behaviours from the seed, not those of the sample', () => {
  expect(readOptions(['--cohort', '/tmp/mia.csv'], '/').scenario).toBeNull();
});

test('a run that goes on is named by its folder, and nothing else of it can be chosen again', () => {
  expect(readOptions(['--continue', 'prova', '--once'], '/home/anna')).toMatchObject({
    continues: '/home/anna/prova',
    once: true,
  });
  expect(() => readOptions(['--continue', 'prova', '--seed', '7', '--cohort', 'mia.csv'], '/')).toThrow(
    '--continue takes what the run began with: leave out --cohort, --seed',
  );
});

test('who brings only a scenario rehearses the sample by it', () => {
  expect(readOptions(['--scenario', '/tmp/mio.csv'], '/')).toMatchObject({
    cohort: sample('coorte.csv'),
    scenario: '/tmp/mio.csv',
  });
});

describe('a command line that means nothing is refused', () => {
  test.each([
    ['an option that is none', ['--coorte', 'x.csv'], /--coorte/],
    ['a word beside the options', ['mia.csv'], /mia\.csv/],
    ['an option without its value', ['--seed'], /--seed/],
    ['a seed that is no whole number', ['--seed', 'sette'], /whole number, not "sette"/],
    ['a seed below zero', ['--seed=-1'], /whole number, not "-1"/],
    ['a seed that no number holds exactly', ['--seed', '9007199254740993'], /whole number/],
    ['a programme that is a path', ['--programme', '../altro'], /"\.\.\/altro" is not the name of a programme/],
  ])('%s', (_, words, message) => {
    expect(() => readOptions(words, '/')).toThrow(NotUnderstood);
    expect(() => readOptions(words, '/')).toThrow(message);
  });
});

test('the help names every option, every behaviour and every exit code', () => {
  const options = ['--cohort', '--scenario', '--programme', '--seed', '--report', '--continue', '--once', '--help'];
  const behaviours = ['puntuale', 'ultimo_minuto', 'in_ritardo', 'mai', 'interrotto:N', 'fuori_ordine'];
  const words = [...options, ...behaviours, 'password_errata', 'due_volte', '0 every', '1 one', '2 the input'];
  expect(words.filter((word) => !help.includes(word))).toEqual([]);
});
