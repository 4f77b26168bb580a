import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const program = join(import.meta.dirname, 'main.mjs');

describe('the build of a package', () => {
  let folder: string;

  const put = (path: string, content: string): void => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const build = (...names: string[]): string[] => {
    execFileSync(process.execPath, [program, ...names], { cwd: folder });
    return globSync('**/*.*', { cwd: join(folder, 'dist') }).sort();
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'recapito-build-'));
    put('package.json', '{ "type": "module" }');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('makes of its sources programs that Node runs by itself, each with its map', () => {
    put('src/main.ts', "import { words } from './say/words.ts';\nconst said: string = words;\nconsole.log(said);\n");
    put('src/say/words.ts', "export const words: string = 'buongiorno';\n");
    expect(build()).toEqual(['main.js', 'main.js.map', 'say/words.js', 'say/words.js.map']);
    const bare = { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] } } as const;
    expect(execFileSync(process.execPath, ['dist/main.js'], bare)).toBe('buongiorno\n');
  });

  test('says in a map where a line comes from', () => {
    put('src/deep/fails.ts', 'type Unused = string;\n\nthrow new Error("here");\n');
    build();
    const map = JSON.parse(readFileSync(join(folder, 'dist/deep/fails.js.map'), 'utf8')) as { sources: string[] };
    expect(map.sources).toEqual(['../../src/deep/fails.ts']);
    const run = (): unknown =>
      execFileSync(process.execPath, ['--enable-source-maps', 'dist/deep/fails.js'], { cwd: folder, stdio: 'pipe' });
    expect(run).toThrow('src/deep/fails.ts:3');
  });

  test('takes along what is no TypeScript, and leaves specs and what they stand on behind', () => {
    put('src/gate.lua', 'return 1\n');
    put('src/main.ts', 'export {};\n');
    put('src/main.spec.ts', 'export {};\n');
    put('src/main.int-spec.ts', 'export {};\n');
    put('src/test/stage.ts', 'export {};\n');
    expect(build()).toEqual(['gate.lua', 'main.js', 'main.js.map']);
  });

  test('forgets what an earlier build has made of sources that are gone', () => {
    put('dist/old.js', '');
    put('src/new.ts', 'export {};\n');
    expect(build()).toEqual(['new.js', 'new.js.map']);
  });

  test('of named folders keeps their names', () => {
    put('servers/one.ts', 'export {};\n');
    put('other/two.ts', 'export {};\n');
    expect(build('servers')).toEqual(['servers/one.js', 'servers/one.js.map']);
  });
});
