import type { Roles } from '@recapito/platform';
import type { ActivationParts } from '../application/activate-operator.ts';

/** What the doors of operators hand to the use cases: made once by the module. */
export class OperatorParts {
  constructor(
    readonly activation: ActivationParts,
    readonly roles: Roles,
  ) {}
}
