import { extname, join } from 'node:path';
import { root } from '@recapito/servers';

/** What is run of an app: the programs that the build has made, or its sources as they stand. */
export type Form = 'built' | 'sources';

/** The file of a program of an app. @param source its TypeScript file, relative to the app's `src/` */
export function programOf(app: string, source = 'main.ts', form: Form = 'built'): string {
  const folder = join(root, 'apps', app);
  return form === 'sources' ? join(folder, 'src', source) : join(folder, 'dist', source.replace(/\.ts$/, '.js'));
}

/**
 * MiB of one half of V8's space for new objects. Left alone it grows to 64 where there is much memory, and is never given
 * back.
 */
const newSpace = '--max-semi-space-size=16';

/** The words with which Node runs the file: sources need the compiler that is hooked into Node. */
export function wordsToRun(file: string): string[] {
  if (extname(file) !== '.ts') return [newSpace, file];
  return [newSpace, '--conditions=@recapito/source', '--import', join(root, 'tools', 'typescript-hooks.mjs'), file];
}

/** Where Node keeps what V8 has compiled of a program, so that its next start spares that. */
export const compileCache = join(root, '.recapito', 'compile-cache');
