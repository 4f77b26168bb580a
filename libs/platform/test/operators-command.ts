import { execFile } from 'node:child_process';

/** What a command for operators says, and its exit code. @param program its file below tools/, as `republish/main.ts` */
export function operatorsCommand(program: string, ...words: string[]): Promise<{ code: number; said: string }> {
  const root = new URL('../../..', import.meta.url).pathname;
  const hooks = ['--conditions=@recapito/source', '--import', './tools/typescript-hooks.mjs'];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...hooks, `tools/${program}`, ...words],
      { cwd: root, env: { PATH: process.env['PATH'] } },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), said: `${out}${err}` }),
    );
  });
}
