import { Injectable } from '@nestjs/common';

/**
 * Wakes background jobs by name: a door that has committed work for one knows its name, and nothing else of it. A job
 * that nobody wakes finds its work by itself, somewhat later.
 */
@Injectable()
export class JobWakes {
  readonly #wakes = new Map<string, () => void>();

  /** Called by the job when it is made. @throws Error when another job has the name. */
  register(job: string, wake: () => void): void {
    if (this.#wakes.has(job)) throw new Error(`two jobs are called ${job}`);
    this.#wakes.set(job, wake);
  }

  /** @throws Error when no job has the name. */
  wake(job: string): void {
    const wake = this.#wakes.get(job);
    if (wake === undefined) throw new Error(`no job is called ${job}`);
    wake();
  }
}
