import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ServiceConfig } from '../config.ts';
import type { Caller } from './caller.ts';
import { hasSecret, readSecret, secretVersion } from './key-files.ts';
import { operatorName, rehearsalName } from './operator-names.ts';
import type { Grants } from './permission.ts';

const registerFile = 'operators.json';
export const rehearsalToken = 'operator.token';
/** Tokens of named operators look so, and so nothing else is looked up in the register. */
const namedToken = /^operator-[\w-]{43}$/;

/** An operator as the register knows one: by name, and by the SHA-256 (hexadecimal) of a token that only its holder has. */
const registered = z.strictObject({
  name: operatorName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256'),
  /** What of an operator's permissions this one has; all of them when left out. */
  may: z.array(z.string()).optional(),
});

/** `operators.json` of the folder of secrets. */
export const operatorRegister = z
  .array(registered)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'names somebody twice');

export type RegisteredOperator = z.output<typeof registered>;

/**
 * The people who run the suite. Each has a name and a token of their own, so that what they do is told under their name
 * and two of them can be told apart; the register is read anew when it changes, and who is taken out of it may do
 * nothing from then on. In a rehearsal there is one more, without a name: whoever can read the token file that the
 * bootstrap made.
 * @rule AUTH-OPERATORS AUTH-OPERATOR-TOKEN
 */
export class Operators {
  readonly #secrets: string;
  readonly #granted: readonly string[];
  /** SHA-256 of the token of a rehearsal. */
  readonly #rehearsal: Buffer | undefined;
  #register: { readonly version: string; readonly operators: readonly RegisteredOperator[] } | undefined;

  /**
   * @throws Error when others than their owner may read these files; when the register is not one.
   */
  constructor({ secrets }: Pick<ServiceConfig, 'secrets'>, grants: Grants) {
    this.#secrets = secrets;
    this.#granted = grants['operator'] ?? [];
    this.#rehearsal = hasSecret(secrets, rehearsalToken) ? digest(readSecret(secrets, rehearsalToken)) : undefined;
    this.#registered();
  }

  /** The operator whom a token proves. */
  verify(token: string): Promise<Caller | undefined> {
    const name = namedToken.test(token) ? this.#named(token) : this.#ofRehearsal(token);
    return Promise.resolve(
      name === undefined ? undefined : { kind: 'operator', name, permissions: this.permissionsOf(name) },
    );
  }

  /** What an operator may do now; nothing for a name that is not, or no longer, in the register. */
  permissionsOf(name: string): readonly string[] {
    if (name === rehearsalName) return this.#rehearsal === undefined ? [] : this.#granted;
    const found = this.#registered().find((operator) => operator.name === name);
    if (found === undefined) return [];
    return found.may === undefined ? this.#granted : this.#granted.filter((each) => found.may?.includes(each));
  }

  #named(token: string): string | undefined {
    const hash = digest(token);
    return this.#registered().find(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, 'hex'), hash))?.name;
  }

  #ofRehearsal(token: string): string | undefined {
    return this.#rehearsal !== undefined && timingSafeEqual(digest(token), this.#rehearsal) ? rehearsalName : undefined;
  }

  #registered(): readonly RegisteredOperator[] {
    const version = secretVersion(this.#secrets, registerFile);
    if (version === undefined) return [];
    if (this.#register?.version !== version) this.#register = { version, operators: this.#read() };
    return this.#register.operators;
  }

  #read(): readonly RegisteredOperator[] {
    const reading = operatorRegister.safeParse(JSON.parse(readSecret(this.#secrets, registerFile)));
    if (!reading.success) throw new Error(`${registerFile}: ${z.prettifyError(reading.error)}`);
    return reading.data;
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
