import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { childProcess, eventually, type SpecProcess } from '@recapito/testing';

const program = join(import.meta.dirname, 'told-what-to-do.ts');

describe('a child process of a spec', () => {
  let child: SpecProcess;
  const start = (): SpecProcess =>
    (child = childProcess(program, { arguments: ['a hat'], environment: { PLACE: 'Rome' } }));

  afterEach(() => child.cleanUp());

  test('runs TypeScript from its source with the arguments and the environment it was given', async () => {
    start();
    expect(await child.line(/^standing/)).toBe('standing with a hat in Rome');
  });

  test('speaks and listens by lines, and a line that was said before it was asked for counts', async () => {
    start();
    await child.line(/^standing/);
    child.say('one');
    child.say('two');
    await child.line('heard two');
    expect(await child.line(/^heard/)).toBe('heard one');
  });

  test('that was killed is told from one that had finished', async () => {
    start();
    await child.line(/^standing/);
    await child.kill();
    expect(await child.exited()).toEqual({ code: null, signal: 'SIGKILL' });

    start();
    await child.line(/^standing/);
    child.say('leave');
    expect(await child.exited()).toEqual({ code: 7, signal: null });
    await expect(child.endedBy('SIGKILL')).rejects.toThrow('expected an end by SIGKILL, got code 7');
  });

  test('that ends without the awaited line is a failure with its last words', async () => {
    start();
    await child.line(/^standing/);
    child.say('stumble');
    child.say('leave');
    await expect(child.line('never')).rejects.toThrow(/ended \(code 7\) without saying never;[^]*stumbled/);
  });

  test('that stays silent is a failure after the time it was given', async () => {
    start();
    await child.line(/^standing/);
    await expect(child.line('never', 20)).rejects.toThrow('did not say never within 20 ms');
  });

  test('leaves no process behind', async () => {
    start();
    await child.line(/^standing/);
    const { pid } = child;
    await child.cleanUp();
    await eventually(() => {
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });
  });
});
