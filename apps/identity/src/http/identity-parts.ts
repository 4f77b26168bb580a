import type { CitizenTexts } from '../programme/citizen-texts.ts';
import type { AccessParts } from '../application/try-secret.ts';

/** What the doors hand to the use cases: made once by the module. */
export class IdentityParts {
  constructor(
    readonly access: AccessParts,
    readonly texts: CitizenTexts,
    /** How long a step waits for its row. */
    readonly lockPatienceMs: number,
  ) {}
}
