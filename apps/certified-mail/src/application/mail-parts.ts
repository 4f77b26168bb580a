import type { Probe } from '@recapito/messaging';
import type { Antivirus } from '../antivirus/antivirus.ts';
import type { EmissionKind } from '../domain/emission.ts';
import type { MailGate } from '../gate/mail-gate.ts';
import type { Installation } from '../programme/installation.ts';
import type { Quarantine } from '../files/quarantine.ts';
import type { Spool } from '../files/spool.ts';
import { SpooledOriginals } from '../files/spooled-originals.ts';
import { SenderTurns } from './access/sender-turns.ts';

/**
 * Instants between two steps of a message's way, named for crash specs: its bytes are here, they are in the spool, it has
 * been accepted; a message of ours is made, it is where it goes; the mail store has stored what came; what
 * came to an incoming point is committed and not answered.
 */
export type Step =
  'taken' | 'spooled' | 'accepted' | `sealed ${EmissionKind}` | `brought ${EmissionKind}` | 'stored' | 'received';

/** What the use cases of certified mail stand on beside their transaction. */
export class MailParts {
  /** What is on its way, as it lies in the spool. */
  readonly originals: SpooledOriginals;
  readonly #turns = new SenderTurns();

  constructor(
    readonly installation: Installation,
    readonly gate: MailGate,
    readonly spool: Spool,
    readonly antivirus: Antivirus,
    readonly quarantine: Quarantine,
    readonly reached: Probe<Step> = () => undefined,
  ) {
    this.originals = new SpooledOriginals(spool);
  }

  /** Work for a sender whose messages are counted, one after the other; the boxes of services do not wait. */
  async inTurn<Result>(sender: string, work: () => Promise<Result>): Promise<Result> {
    return this.installation.ownBox(sender) === undefined ? await this.#turns.take(sender, work) : await work();
  }
}
