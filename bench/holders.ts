import { movePlanned, pinIssued } from '@recapito/contracts';
import { physicalTopic } from '@recapito/messaging';
import { cloudEventType } from '@recapito/messaging';
import type { Instant } from '@recapito/primitives';
import { homeAddressOf } from '../tools/rehearsal/citizen/inventions.ts';
import { Portal } from '../tools/rehearsal/citizen/portal.ts';
import { call } from '../tools/rehearsal/suite-services.ts';
import { bareKafka } from './broker.ts';
import { inpsAddress, plannedMove } from './people.ts';
import type { Stage } from './services.ts';

/** Somebody who can log in. */
export interface Holder {
  readonly id: string;
  readonly codiceFiscale: string;
  readonly inpsAddress: string;
  /** The personal PIN. */
  readonly secret: string;
}

/** Has people registered as migration does, then each change their first PIN as the letter tells them. */
export async function holdersWithPins(stage: Stage, count: number, at: Instant): Promise<Holder[]> {
  const moves = Array.from({ length: count }, (_, index) => plannedMove(index + 1));
  for (const move of moves) await stage.say(movePlanned, move.move, at, move);
  const pins = await issuedPins(stage, count);
  const holders: Holder[] = [];
  for (const [nth, { holder, person }] of moves.entries()) {
    const { codiceFiscale } = person;
    const secret = await changedPin(stage, codiceFiscale, pins.get(holder) ?? '', nth);
    holders.push({ id: holder, codiceFiscale, inpsAddress: inpsAddress(person), secret });
  }
  return holders;
}

/** The ids of the PINs by holder, from identity's own facts. */
async function issuedPins(stage: Stage, count: number): Promise<Map<string, string>> {
  const consumer = bareKafka(stage.ground.brokers).consumer({ groupId: stage.ground.unique('pins') });
  const pins = new Map<string, string>();
  const { promise: complete, resolve, reject } = Promise.withResolvers<void>();
  const type = cloudEventType(pinIssued.topic, pinIssued.type);
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [physicalTopic(stage.namespace, pinIssued.topic)], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message: { headers, value } }) => {
        if (headers?.['ce_type']?.toString() !== type) return;
        const { holder, pin } = pinIssued.data.parse(JSON.parse(value?.toString() ?? ''));
        pins.set(holder, pin);
        if (pins.size === count) resolve();
      },
    });
    const patience = setTimeout(() => reject(new Error(`${pins.size} of ${count} PINs were issued`)), 60_000);
    await complete.finally(() => clearTimeout(patience));
    return pins;
  } finally {
    await consumer.disconnect();
  }
}

async function changedPin(stage: Stage, codiceFiscale: string, pin: string, nth: number): Promise<string> {
  const identity = stage.url('identity');
  const half = async (which: 1 | 2): Promise<string> => {
    const token = await stage.token('notification', 'identity');
    return (await call<{ characters: string }>('GET', `${identity}/pins/${pin}/halves/${which}`, { token })).characters;
  };
  const first = `${await half(1)}${await half(2)}`;
  const secret = chosenPin(nth);
  const portal = new Portal(identity, homeAddressOf(codiceFiscale));
  await portal.changePin(await portal.signIn(codiceFiscale, first), secret);
  return secret;
}

const letters = 'BCDFGHJKMNPQRSTVWXYZ';

/** Eight characters that are nobody's name, birthday or row of keys. */
function chosenPin(nth: number): string {
  const place = (step: number): string => letters.charAt((nth * step + step * step) % letters.length);
  return `${place(3)}7${place(7)}4${place(11)}9${place(13)}2`;
}
