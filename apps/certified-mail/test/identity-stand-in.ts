import { PasswordChecksStandIn } from '@recapito/testing';
import type { AskedPassword } from '@recapito/testing';

/** The secret that is right for every name that is known. */
export const rightSecret = 'gelsomino-in-fiore-7';

const denied = { it: 'Nome o password non corretti.', en: 'Wrong name or password.' };

/** Identity's door for passwords, which knows whom the spec says. */
export class IdentityStandIn extends PasswordChecksStandIn {
  readonly #holders: Map<string, string>;

  constructor() {
    const holders = new Map<string, string>();
    super((asked) =>
      answerTo(asked, 'address' in asked ? holders.get(`${asked.service} ${asked.address}`) : undefined),
    );
    this.#holders = holders;
  }

  /** Whose secret it is when this name is typed for this service. */
  knows(name: string, service: string, holder: string): this {
    this.#holders.set(`${service} ${name}`, holder);
    return this;
  }
}

function answerTo({ secret }: AskedPassword, holder: string | undefined): object {
  if (secret === 'troppe volte') {
    const words = { it: 'Troppi tentativi errati: accesso bloccato.', en: 'Too many wrong attempts: blocked.' };
    return { outcome: 'blocked', until: Date.parse('2010-08-03T09:30:00Z'), rule: 'ACCESS-LOCK', words };
  }
  if (secret === 'affollato') return { outcome: 'temporary', words: { it: 'riprovare', en: 'try again' } };
  if (secret === 'primo pin') {
    const words = { it: 'Il primo PIN va cambiato prima.', en: 'Change the first PIN first.' };
    return { outcome: 'refused', refused: 'pin/first-change-due', rule: 'PIN-FIRST-CHANGE', words };
  }
  return holder !== undefined && secret === rightSecret
    ? { outcome: 'accepted', holder }
    : { outcome: 'refused', refused: 'access/denied', rule: 'ACCESS-SAME-WORDS', words: denied };
}
