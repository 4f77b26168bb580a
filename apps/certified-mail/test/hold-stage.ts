import type { RunningService } from '@recapito/platform';
import { eventually } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { HoldDesk } from './hold-desk.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { authPlain, Dialog, doorsOf } from './mail-client.ts';
import { mail, submit } from './post.ts';
import type { Answered } from './post.ts';
import { onTheNetwork } from './silent-peer.ts';
import type { Network } from './silent-peer.ts';
import { anna, comune, mario, Stage } from './stage.ts';

/** The register of orders, as the programme of the stage has it. */
export const order = { codiceFiscale: '97000000017', name: 'Ordine di prova', email: 'segreteria@ordine.example' };

/** A message of a box with a subject, as a mail program sends it. */
export function from(
  box: string,
  subject: string,
  to: readonly string[] = [comune],
): { from: string; to: readonly string[]; raw: string } {
  return { from: box, to, raw: mail(box, to.join(', '), [`Subject: ${subject}`]) };
}

/**
 * Two processes of an installation that holds boxes after five messages in 30 minutes or three recipients in 60, the boxes
 * of Mario and Anna, and a network that the spec cuts for what these two send.
 */
export class HoldStage {
  readonly stage = new Stage();
  readonly identity = new IdentityStandIn()
    .knows('rssmra80a01h501u', 'inps-trial', mario.holder)
    .knows(anna.box, 'cec-pac', anna.holder);
  network: Network = 'brings';
  #processes: readonly RunningService<PrismaClient>[] = [];
  #desk: HoldDesk | undefined;

  async set(): Promise<void> {
    const pace = { messages: { most: 5, minutes: 30 }, recipients: { most: 3, minutes: 60 } };
    this.stage.amend('inps', { pace, orders: [{ domain: 'inpspec.gov.it', ...order }] });
    this.stage.amend('postacertificata', { pace });
    await this.stage.asks(this.identity);
    await this.stage.set();
    this.#processes = [await this.stage.service(), await this.stage.service()];
    for (const each of this.#processes)
      onTheNetwork(each, ({ reversePath }) => ([mario.box, anna.box].includes(reversePath) ? this.network : 'brings'));
    this.#desk = new HoldDesk(this.stage, this.service);
  }

  get service(): RunningService<PrismaClient> {
    return this.#process(0);
  }

  /** Another process of the same installation. */
  get twin(): RunningService<PrismaClient> {
    return this.#process(1);
  }

  get desk(): HoldDesk {
    if (this.#desk === undefined) throw new Error('the stage is not set');
    return this.#desk;
  }

  /** Submits a message in a session that is opened for it: later than the last hold, by the seconds that tokens tell. */
  async write(holder: string, scope: 'pin' | 'enrolment', text: string, key?: string): Promise<Answered> {
    return await eventually(async () => {
      const token = await this.stage.citizenToken(holder, scope);
      const answer = await submit(this.service, token, text, key === undefined ? {} : { key });
      if (answer.status === 401) throw new Error('the session is of the second of the hold, or of one before');
      return answer;
    });
  }

  /** Mario at the access point of a process. */
  async signedIn(at: RunningService<PrismaClient>): Promise<Dialog> {
    const dialog = await Dialog.open(doorsOf(at).smtps, true);
    await dialog.say('EHLO casa.example');
    const said = await dialog.say(authPlain(mario.box));
    if (!said.startsWith('235 ')) throw new Error(`Mario was not let in: ${said}`);
    return dialog;
  }

  /** How many messages of a subject lie in a box. */
  inBox(box: string, subject: string): number {
    return this.stage.store.messagesOf(box).filter((message) => message.includes(`Subject: ${subject}\r\n`)).length;
  }

  /** Waits until what a held box had in hand has come back: from then on nothing of it is tried. */
  async inNobodysHand(box: string): Promise<void> {
    const inHand = `SELECT count(*)::int AS count FROM emission JOIN submission USING (identificativo)
      WHERE sender = $1 AND emission.state = 'held' AND not_before > clock_timestamp()`;
    await eventually(async () => {
      const [row] = await this.stage.client.$queryRawUnsafe<{ count: number }[]>(inHand, box);
      if (row?.count !== 0) throw new Error(`${row?.count} emissions of ${box} are in hand`);
    });
  }

  #process(nth: number): RunningService<PrismaClient> {
    const found = this.#processes[nth];
    if (found === undefined) throw new Error('the stage is not set');
    return found;
  }
}
