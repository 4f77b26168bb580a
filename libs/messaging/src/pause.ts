/** A wait that can be cut short. */
export class Pause {
  #ended = false;
  #end: (() => void) | undefined;

  /** Waits, unless `end` was called since the last wait. */
  async begin(milliseconds: number): Promise<void> {
    if (!this.#ended)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#end = undefined;
    this.#ended = false;
  }

  /** Ends the wait at hand, or else the next one before it begins. */
  end(): void {
    this.#ended = true;
    this.#end?.();
  }
}
