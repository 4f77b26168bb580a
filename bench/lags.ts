import { setTimeout as pause } from 'node:timers/promises';

const patienceMs = 60_000;

/** How long each of `count` facts took from one moment of its way to another. */
export class Lags {
  readonly #count: number;
  readonly #began = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #complete = Promise.withResolvers<void>();

  constructor(count: number) {
    this.#count = count;
  }

  begin(id: string): void {
    this.#began.set(id, performance.now());
    this.#look();
  }

  end(id: string): void {
    this.#ended.set(id, performance.now());
    this.#look();
  }

  /**
   * Milliseconds, one for each fact, once all have come.
   * @throws Error when not all have come within a minute, or one came that was never sent
   */
  async all(): Promise<number[]> {
    const { promise, reject } = this.#complete;
    const told = (): string => `${this.#ended.size} of ${this.#count} facts came`;
    const late = setTimeout(() => reject(new Error(told())), patienceMs);
    await promise.finally(() => clearTimeout(late));
    return [...this.#ended].map(([id, at]) => {
      const began = this.#began.get(id);
      if (began === undefined) throw new Error(`${id} came and was never sent`);
      // Whoever commits may hear of it after somebody else has seen the effect: no time had passed then.
      return Math.max(0, at - began);
    });
  }

  #look(): void {
    if (this.#began.size >= this.#count && this.#ended.size >= this.#count) this.#complete.resolve();
  }
}

/** Begins `count` pieces of work, evenly spaced at `rate` a second, however long each takes. */
export async function evenly(
  count: number,
  { rate, abort }: { rate: number; abort: AbortSignal },
  work: (nth: number) => Promise<unknown>,
): Promise<void> {
  const begin = performance.now();
  const begun: Promise<unknown>[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const wait = begin + (nth * 1_000) / rate - performance.now();
    if (wait >= 1) await pause(wait, undefined, { signal: abort });
    begun.push(work(nth + 1));
  }
  await Promise.all(begun);
}

/** Does `count` pieces of work as fast as `workers` at a time can. */
export async function atOnce(count: number, workers: number, work: (nth: number) => Promise<unknown>): Promise<void> {
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      await work(begun);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
