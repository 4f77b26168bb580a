import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '@recapito/servers';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** `npm run bench -- ...words` without npm, on the servers of these specs. */
function bench(...words: string[]): Promise<Ended> {
  const hooks = join(root, 'tools', 'typescript-hooks.mjs');
  const program = join(root, 'bench', 'main.ts');
  const command = ['--conditions=@recapito/source', '--import', hooks, program, ...words];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: root, timeout: 240_000 }, (error, out, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, errors }),
    );
  });
}

/** Folders of benchmarks that lie in the repository. */
function left(): string[] {
  return readdirSync(join(root, '.recapito')).filter((name) => name.startsWith('bench'));
}

describe('npm run bench', () => {
  test('without a name lists every benchmark with its mark and measures none', async () => {
    const { code, out, errors } = await bench();
    expect([code, errors]).toEqual([0, '']);
    const names =
      'moves outbox-lag consume audit-ingest phase-switch logins start sign receipts rcpt smtp-chain console-list under-attack'.split(
        ' ',
      );
    expect(out.match(/^ {2}[a-z-]+$/gm)?.map((line) => line.trim())).toEqual(names);
    expect(out.match(/^ {6}mark: .+$/gm)).toHaveLength(13);
  });

  test('a name that is none ends with 2 and measures nothing, the names that are good neither', async () => {
    const { code, out, errors } = await bench('consume', 'speed');
    expect([code, out]).toEqual([2, '']);
    expect(errors).toMatch(/^There is no benchmark called speed\.\n\nnpm run bench:/);
  });

  test.each([
    [['outbox-lag', 'consume', 'audit-ingest', 'logins', 'console-list'], 'ratio 0.9'],
    [['sign', 'receipts', 'rcpt', 'smtp-chain'], 'ratio 0.5'],
  ])(
    'measures ours and the yardstick of %j, prints one line of JSON for each, and leaves nothing behind',
    async (wanted, lastMark) => {
      const before = left();
      const { code, out, errors } = await bench(...wanted, '--small');
      expect({ code, errors }).toEqual({ code: 0, errors: expect.stringContaining(`; mark ${lastMark}: `) });
      const lines = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.map(({ name }) => name)).toEqual(wanted);
      for (const line of lines) {
        expect(Object.keys(line)).toEqual(['name', 'ours', 'yardstick', 'ratio', 'unit', 'runs', 'spread', 'machine']);
        expect(line).toMatchObject({ runs: 1, spread: 0, machine: { cores: cpus().length } });
        const [ours, yardstick, ratio] = [Number(line['ours']), Number(line['yardstick']), Number(line['ratio'])];
        const lessIsBetter = ['outbox-lag', 'rcpt', 'console-list'].includes(String(line['name']));
        // Each of the three is rounded to four digits.
        expect(ratio / (lessIsBetter ? yardstick / ours : ours / yardstick)).toBeCloseTo(1, 2);
        expect(line['unit']).toMatch(lessIsBetter ? /ratio = yardstick \/ ours/ : /ratio = ours \/ yardstick/);
      }
      expect(left()).toEqual(before);
    },
    250_000,
  );
});
