/** Waits that can be cut short together. */
export class Pause {
  readonly #waiting = new Set<() => void>();
  #ended = false;

  /** Waits, unless `end` was called since the last wait. */
  async begin(milliseconds: number): Promise<void> {
    if (!this.#ended)
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, milliseconds);
        this.#waiting.add(wake);
      });
    this.#ended = false;
  }

  /** Ends the waits at hand; with none at hand, the next one before it begins. */
  end(): void {
    this.#ended = true;
    for (const wake of this.#waiting) wake();
  }
}
