import { z } from 'zod';
import { event } from './event.ts';
import { idField, instantField, operatorField, personal } from './fields.ts';

const topic = 'identity.operators.v1';

const operator = z.object({ operator: idField, name: operatorField });
const by = operatorField.describe(
  'Who did it: an operator by name, or `identity` for the command of the installation.',
);
const roles = z.array(z.string()).describe('Names of `programmes/roles.json`.');

/** Somebody was given an account, and a link to choose a password and a second factor. */
export const operatorAdded = event(
  topic,
  'operator-added',
  operator.extend({ fullName: personal(z.string()), roles, by }),
);
/** A new link was made, in the place of every credential that the operator had. */
export const operatorCredentialsReset = event(topic, 'operator-credentials-reset', operator.extend({ by }));
/** The operator chose a password and a second factor by the link; it opens nothing any more. */
export const operatorCredentialsChosen = event(topic, 'operator-credentials-chosen', operator);
/** Other roles, or the account was disabled or enabled again. */
export const operatorChanged = event(
  topic,
  'operator-changed',
  operator.extend({ roles, state: z.enum(['invited', 'active', 'disabled']), by }),
);

const somebody = z.object({
  operator: idField.nullable().describe('Null for a name that nobody has; several such names share a key.'),
  name: operatorField.nullable(),
});

/** Somebody tried to sign in with user name, password and code. Which of them was wrong is not said. */
export const operatorTried = event(
  topic,
  'operator-tried',
  somebody.extend({ outcome: z.enum(['accepted', 'refused', 'blocked']) }),
);
/** Too many wrong attempts: until then nobody whom `whom` names gets in. */
export const operatorBlocked = event(
  topic,
  'operator-blocked',
  somebody.extend({ until: instantField, whom: z.enum(['one-source', 'unfamiliar-sources']) }),
);
/** A block was ended before its time. */
export const operatorUnblocked = event(topic, 'operator-unblocked', operator.extend({ by }));
