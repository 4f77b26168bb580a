import { Refused } from '../suite-services.ts';
import type { SuiteServices } from '../suite-services.ts';

/** A record that a service could not take, as its operators see it. */
export interface DeadLetter {
  readonly id: string;
  readonly topic: string;
  readonly key: string | null;
  /** Null while it only waits behind an earlier record of its key. */
  readonly cause: string | null;
}

interface Page {
  readonly items: readonly DeadLetter[];
  readonly next: string | null;
}

/** The records of one service about which nobody has decided yet, oldest first. A service that takes no facts has none. */
export async function openDeadLetters(services: SuiteServices, service: string): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (let page: Page = { items: [], next: '' }; page.next !== null;) {
    const after = page.next === '' ? '' : `&after=${page.next}`;
    page = await services
      .asOperator<Page>(service, 'GET', `/dead-letters?limit=200${after}`)
      .catch((error: unknown) => {
        if (error instanceof Refused && error.code === 'request/no-such-route') return { items: [], next: null };
        throw error;
      });
    letters.push(...page.items);
  }
  return letters;
}

/** How many there are in the whole suite. */
export async function countOpenDeadLetters(services: SuiteServices): Promise<number> {
  const letters = await Promise.all(Object.keys(services.urls).map((service) => openDeadLetters(services, service)));
  return letters.flat().length;
}
