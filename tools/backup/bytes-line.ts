import type { Screen } from '../rehearsal/progress.ts';
import { ProgressLine } from '../rehearsal/progress.ts';

const mega = 1 << 20;

/** Sentences of what is done, and between them how much was copied or read. */
export class BytesLine {
  readonly #line: ProgressLine;
  readonly #shows: boolean;
  #bytes = 0;
  #shownAt = 0;

  constructor(out: Screen) {
    this.#line = new ProgressLine(out);
    this.#shows = out.isTTY === true;
  }

  say(words: string): void {
    this.#line.say(words);
  }

  /** So many bytes more. A terminal shows every tenth of a second. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (!this.#shows || performance.now() - this.#shownAt < 100) return;
    this.#shownAt = performance.now();
    this.#line.show(0, `${Math.round(this.#bytes / mega)} MiB`);
  }

  /** So many bytes of how many. */
  part(bytes: number, of: number): void {
    this.#line.show(of === 0 ? 1 : bytes / of, `${Math.round(bytes / mega)} of ${Math.round(of / mega)} MiB`);
  }
}
