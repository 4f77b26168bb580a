import type { Instant } from '@recapito/primitives';
import { formatRome } from '@recapito/primitives';

/** Where progress is shown: a terminal, or anything that lines are written to. */
export type Screen = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

/** A line that grows on a terminal, plain lines anywhere else. */
export class ProgressLine {
  readonly #out: Screen;
  readonly #width = 28;
  #shown = '';
  #saidTenth = -1;

  constructor(out: Screen) {
    this.#out = out;
  }

  /** A sentence of its own. */
  say(words: string): void {
    this.#clear();
    this.#out.write(`${words}\n`);
    this.#saidTenth = -1;
  }

  /** How far something is, from 0 to 1. Off a terminal only every tenth is told. */
  show(part: number, words: string): void {
    const done = Math.min(1, Math.max(0, part));
    if (!this.#out.isTTY) {
      const tenth = Math.floor(done * 10);
      if (tenth === this.#saidTenth) return;
      this.#saidTenth = tenth;
      this.#out.write(`  ${String(Math.round(done * 100)).padStart(3)} %  ${words}\n`);
      return;
    }
    const full = Math.round(done * this.#width);
    this.#shown = `  [${'█'.repeat(full)}${' '.repeat(this.#width - full)}] ${words}`;
    this.#out.write(`\r\u001b[2K${this.#shown}`);
  }

  /** Ends the line at hand. */
  end(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#shown !== '') this.#out.write('\n');
    this.#shown = '';
  }
}

/** The day of an instant in Rome, as a person reads it: `2 agosto 2010`. */
export function shownDay(at: Instant, language: string): string {
  const format = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'Europe/Rome' } as const;
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, format).format(at);
}

/** An instant as a person in Rome reads it: `16/09/2010 00:00:00`. */
export function shownInRome(at: Instant): string {
  const [, year, month, day, time] = /^(\d{4})-(\d{2})-(\d{2})T([\d:]{8})/.exec(formatRome(at)) ?? [];
  return `${day}/${month}/${year} ${time}`;
}
