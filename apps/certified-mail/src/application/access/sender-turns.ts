/**
 * One after the other for each sender: what a sender submits at once is counted in a row anyway, so it waits here, where it
 * costs nothing, and not on the connections to the database that everybody shares.
 */
export class SenderTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Begins work when that of the same sender before it has ended, however it has. */
  async take<Result>(sender: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(sender) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(sender, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(sender) === mine) this.#last.delete(sender);
    }
  }

  /** Senders whose work is under way. */
  get size(): number {
    return this.#last.size;
  }
}
