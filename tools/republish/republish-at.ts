import { setTimeout as pause } from 'node:timers/promises';
import { Refused } from '../command-line/index.ts';
import { askAsOperator } from '../command-line/operators-door.ts';
import type { OperatorsDoor } from '../command-line/operators-door.ts';

/** Which service is asked, and for what. */
export interface RepublicationRequest extends OperatorsDoor {
  /** All topics of the service when undefined. */
  readonly topic?: string | undefined;
  readonly say: (words: string) => void;
}

interface Answer {
  readonly items?: readonly { readonly topic: string; readonly facts: number }[];
  readonly left?: number;
}

/** How often the service is asked how far it is, and how long it may stand still, in milliseconds. */
const everyMs = 500;
const standsStillMs = 30_000;

/**
 * Starts a republication and waits for its end; says how many facts of each topic are sent again, and how far it is.
 * @throws Refused when the service refuses, does not answer, or publishes nothing for half a minute.
 */
export async function republishAt(request: RepublicationRequest): Promise<void> {
  const { service, topic, say } = request;
  const body = topic === undefined ? {} : { topic };
  const { items = [] } = await askAsOperator<Answer>(request, 'POST', '/republications', { body });
  for (const { topic: name, facts } of items) say(`${name.padEnd(36)} ${facts} facts to be sent again`);
  let least = Infinity;
  for (let movedAt = Date.now(); ; await pause(everyMs)) {
    const { left = 0 } = await askAsOperator<Answer>(request, 'GET', '/republications');
    if (left === 0) break;
    if (left < least) {
      least = left;
      movedAt = Date.now();
      say(`${service}: ${left} rows of the outbox left`);
    }
    if (Date.now() - movedAt > standsStillMs)
      throw new Refused(
        `${service} publishes nothing; /health/ready of its management port says why. It goes on by itself when it can`,
      );
  }
  say(`${service}: done`);
}
