import { brokerUsers } from '@recapito/contracts';
import { z } from 'zod';

/** The name of whoever holds the token of a rehearsal; nobody in the register is called so. */
export const rehearsalName = 'operator';

/** Names under which parts of the suite act, beside those that they have at the broker. */
const partsOfTheSuite: ReadonlySet<string> = new Set([...brokerUsers, 'broker', 'dovecot', 'programme', rehearsalName]);

/** Holders and boxes act and are named by such ids. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Whether a part of the suite or a holder could act under a name: records, facts and idempotency keys tell callers apart by
 * their names, so no operator has it.
 * @rule OPERATOR-NAME
 */
export function isNameOfAnother(name: string): boolean {
  return partsOfTheSuite.has(name) || uuid.test(name);
}

/** The form of an operator's name: lower case, words joined by dots or hyphens, as `maria.bianchi`. */
export const writtenOperatorName = z
  .string()
  .regex(/^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/, 'is no name in lower case, as maria.bianchi is');

/** A name that an operator may be given. */
export const operatorName = writtenOperatorName.refine(
  (name) => !isNameOfAnother(name),
  'is the name of a part of the suite, or the id of a holder: no person acts under it',
);
