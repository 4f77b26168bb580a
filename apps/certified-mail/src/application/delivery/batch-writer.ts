/**
 * Does for many at once what each asks for by itself: whatever is asked while work is under way is done in the next one.
 * So one statement, and one wait for the disk, ends as many as came to their end meanwhile, and who is alone waits for
 * nobody.
 */
export class BatchWriter<Item> {
  readonly #work: (items: readonly Item[]) => Promise<unknown>;
  #last: Promise<unknown> = Promise.resolve();
  #next: { readonly items: Item[]; readonly done: Promise<void> } | undefined;

  constructor(work: (items: readonly Item[]) => Promise<unknown>) {
    this.#work = work;
  }

  /** @throws whatever the work throws that this item was part of. */
  async add(item: Item): Promise<void> {
    this.#next ??= this.#open();
    this.#next.items.push(item);
    await this.#next.done;
  }

  #open(): { readonly items: Item[]; readonly done: Promise<void> } {
    const items: Item[] = [];
    const done = this.#doAfter(this.#last, items);
    this.#last = done.catch(() => undefined);
    return { items, done };
  }

  async #doAfter(last: Promise<unknown>, items: readonly Item[]): Promise<void> {
    await last;
    this.#next = undefined;
    await this.#work(items);
  }
}
