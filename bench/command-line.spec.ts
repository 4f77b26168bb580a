import { describe, expect, test } from '@jest/globals';
import { NotUnderstood, readCommandLine } from './command-line.ts';

const known = ['first', 'second', 'third'];

describe('the command line', () => {
  test('without names nothing is measured', () => {
    expect(readCommandLine([], known)).toEqual({ names: [], size: 'full', help: false });
  });

  test('names are measured once each, in the order of the list', () => {
    expect(readCommandLine(['third', 'first', 'third'], known).names).toEqual(['first', 'third']);
  });

  test('"all" is every one of them', () => {
    expect(readCommandLine(['all', '--small'], known)).toEqual({ names: known, size: 'small', help: false });
  });

  test('a name or an option that is not known is said so', () => {
    expect(() => readCommandLine(['second', 'fourth'], known)).toThrow('There is no benchmark called fourth.');
    expect(() => readCommandLine(['--tiny'], known)).toThrow(NotUnderstood);
  });
});
