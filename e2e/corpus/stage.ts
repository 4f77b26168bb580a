import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@recapito/servers';

/** An entry of the manifest, as whoever reads it from the outside knows it. */
export interface Entry {
  file: string;
  kind: string;
  tipo: string | null;
  errore: string | null;
  ricevuta: string | null;
  mittente: string;
  destinatari: { indirizzo: string; tipo: string }[];
  consegna: string | null;
  oggetto: string | null;
  identificativo: string | null;
  msgid: string | null;
  data: string;
  copia: boolean;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** A corpus in a folder of its own, small, with what other people's software says about it. */
export interface CorpusStage {
  /** Where the caller of npm stands; the corpus lies in `corpus` below it. */
  readonly folder: string;
  readonly corpus: string;
  readonly manifest: Entry[];
  readonly bytesOf: (entry: Entry) => Buffer;
  /** `npm run corpus -- ...words`, called from `folder`. */
  npmRunCorpus(...words: string[]): Promise<Ended>;
  remove(): void;
}

export async function corpusStage(): Promise<CorpusStage> {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-corpus-'));
  const corpus = join(folder, 'corpus');
  const npmRunCorpus = (...words: string[]) => npmRunCorpusFrom(folder, words);
  const { code, out, errors } = await npmRunCorpus('corpus', '--small');
  if (code !== 0) throw new Error(out + errors);
  return {
    folder,
    corpus,
    manifest: JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as Entry[],
    bytesOf: ({ file }) => readFileSync(join(corpus, file)),
    npmRunCorpus,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** As the script of package.json runs it. */
function npmRunCorpusFrom(folder: string, words: string[]): Promise<Ended> {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { corpus: string } };
  const command = scripts.corpus.replace(/^exec node /, '').split(' ');
  const options = { cwd: root, env: { ...process.env, INIT_CWD: folder }, timeout: 60_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, [...command, ...words], options, (error, out, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, errors }),
    );
  });
}

/** Runs a program of this machine to its end. */
export function run(program: string, words: string[], folder: string): Ended {
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { status, stdout, stderr } = spawnSync(program, words, options);
  return { code: status, out: stdout, errors: stderr };
}

/** The checker, which is Python's standard library and no code of ours. */
export function checkCorpus(corpus: string, ...words: string[]): Ended {
  return run('python3', ['-B', join(import.meta.dirname, 'check.py'), corpus, ...words], corpus);
}

/** The messages that openssl does not verify against the corpus's own authority, all asked in one shell. */
export function unverifiedIn(corpus: string): string[] {
  const verify = 'openssl cms -verify -CAfile ca.pem -in "$file" -out /dev/null 2>/dev/null || echo "$file"';
  const { code, out, errors } = run('sh', ['-c', `for file in *.eml; do ${verify}; done`], corpus);
  if (code !== 0) throw new Error(errors);
  return out.split('\n').filter((line) => line !== '');
}
