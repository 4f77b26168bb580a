import type { CitizenTexts } from '../programme/citizen-texts.ts';
import type { CertifiedAddress } from '@recapito/primitives';
import type { AccessParts } from '../application/access-parts.ts';

/** What the doors hand to the use cases: made once by the module. */
export class IdentityParts {
  constructor(
    readonly access: AccessParts,
    readonly texts: CitizenTexts,
    /** How long a step waits for its row. */
    readonly lockPatienceMs: number,
    /** The boxes of public bodies, of the programme. */
    readonly bodies: ReadonlySet<CertifiedAddress>,
  ) {}
}
