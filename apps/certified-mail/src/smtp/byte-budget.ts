/** Bytes that may be in use at a time; who asks for more than is left waits, in the order of asking. */
export class ByteBudget {
  #left: number;
  readonly #all: number;
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];

  constructor(bytes: number) {
    this.#all = bytes;
    this.#left = bytes;
  }

  /** Does the work when there is room for so many bytes. More than the whole budget is let in alone. */
  async with<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    const asked = Math.min(bytes, this.#all);
    await this.#take(asked);
    try {
      return await work();
    } finally {
      this.#left += asked;
      this.#letIn();
    }
  }

  #take(bytes: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ bytes, go });
      this.#letIn();
    });
  }

  #letIn(): void {
    for (let [next] = this.#waiting; next !== undefined && next.bytes <= this.#left; [next] = this.#waiting) {
      this.#waiting.shift();
      this.#left -= next.bytes;
      next.go();
    }
  }
}
