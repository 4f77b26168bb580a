/** So much of something may be in use at a time, as bytes of memory. Who asks for more than is left waits, in the order of asking. */
export class Budget {
  #left: number;
  readonly #all: number;
  readonly #waiting: { readonly amount: number; readonly go: () => void }[] = [];

  constructor(all: number) {
    this.#all = all;
    this.#left = all;
  }

  /** Does the work when there is room for so much. More than the whole budget is let in alone. */
  async with<Result>(amount: number, work: () => Promise<Result>): Promise<Result> {
    const asked = Math.min(amount, this.#all);
    await this.#take(asked);
    try {
      return await work();
    } finally {
      this.#left += asked;
      this.#letIn();
    }
  }

  #take(amount: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ amount, go });
      this.#letIn();
    });
  }

  #letIn(): void {
    for (let [next] = this.#waiting; next !== undefined && next.amount <= this.#left; [next] = this.#waiting) {
      this.#waiting.shift();
      this.#left -= next.amount;
      next.go();
    }
  }
}
