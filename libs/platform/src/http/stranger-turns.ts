/**
 * Lets one stranger in at each turn of the event loop. Between two turns Node hears its other sockets, so that whoever is known
 * waits for the work of one stranger at most, and not for all that came at once.
 * @rule STRANGERS-IN-TURN
 */
export class StrangerTurns {
  readonly #waiting: (() => void)[] = [];
  #first = 0;
  #isTaken = false;

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length - this.#first;
  }

  /** Resolves when it is this one's turn: at once where nobody came before in this one. */
  async enter(): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true;
      setImmediate(this.#next);
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  readonly #next = (): void => {
    const begin = this.#waiting[this.#first];
    if (begin === undefined) {
      this.#isTaken = false;
      return;
    }
    this.#first += 1;
    if (this.#first === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#first = 0;
    }
    setImmediate(this.#next);
    begin();
  };
}
