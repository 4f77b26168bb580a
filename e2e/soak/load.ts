import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Citizen } from '../../tools/rehearsal/citizen/citizen.ts';
import { chosenBy, homeAddressOf } from '../../tools/rehearsal/citizen/inventions.ts';
import { inInbox } from '../../tools/rehearsal/citizen/mail-client.ts';
import { Portal } from '../../tools/rehearsal/citizen/portal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SpecSuite } from '../a-suite.ts';

/** Of so many letters, after one the sender looks into the box and reads what came last. */
const readsEvery = 10;

/** People who sign in and write letters from their old boxes, as fast as they are told. */
export class Load {
  readonly #stage: SpecSuite;
  readonly #ledger: Ledger;
  readonly #people: Citizen[] = [];
  #letters = 0;

  constructor(stage: SpecSuite, ledger: Ledger) {
    this.#stage = stage;
    this.#ledger = ledger;
  }

  /** A person chooses a PIN, reads the announcement, and writes from now on. */
  async add(codiceFiscale: string, oldAddress: string): Promise<void> {
    const { suite, savedFolder: saved, plan } = this.#stage;
    const doors = {
      identity: suite.urls['identity'] ?? '',
      certifiedMail: suite.urls['certified-mail'] ?? '',
      mail: suite.mail,
      captured: suite.captured,
      saved,
      writesTo: plan.writesTo,
    };
    const citizen = new Citizen({ codiceFiscale, oldAddress, behaviour: 'puntuale' }, doors);
    await citizen.readAnnouncement();
    this.#ledger.noteRead(oldAddress, readFileSync(join(saved, codiceFiscale, 'annuncio.eml')));
    this.#people.push(citizen);
  }

  /** As many letters as so many hands write in that time, each hand one after the other. @returns how many */
  async asFastAsPossible(hands: number, seconds: number): Promise<number> {
    const [before, until] = [this.#letters, performance.now() + seconds * 1_000];
    const hand = async () => {
      while (performance.now() < until) await this.#write();
    };
    await Promise.all(Array.from({ length: hands }, hand));
    return this.#letters - before;
  }

  /** Letters at a steady rate, however long each takes, until told to stop; resolves when the last is accepted. */
  async atRate(aSecond: number, over: AbortSignal): Promise<number> {
    const [before, begin] = [this.#letters, performance.now()];
    const inHand = new Set<Promise<void>>();
    const failures: unknown[] = [];
    for (let nth = 0; !over.aborted && failures.length === 0; nth += 1) {
      const wait = begin + (nth * 1_000) / aSecond - performance.now();
      if (wait > 0) await pause(wait, undefined, { signal: over }).catch(() => undefined);
      const letter = this.#write()
        .catch((error: unknown) => void failures.push(error))
        .finally(() => inHand.delete(letter));
      inHand.add(letter);
    }
    await Promise.all(inHand);
    if (failures.length > 0) throw failures[0];
    return this.#letters - before;
  }

  async #write(): Promise<void> {
    const nth = (this.#letters += 1);
    const citizen = this.#people[nth % this.#people.length];
    if (citizen === undefined) throw new Error('nobody writes');
    const { codiceFiscale, oldAddress } = citizen;
    const { pin } = chosenBy(codiceFiscale);
    const portal = new Portal(this.#stage.suite.urls['identity'] ?? '', homeAddressOf(codiceFiscale));
    await citizen.write(oldAddress, await portal.signIn(codiceFiscale, pin), `Richiesta numero ${nth}`);
    if (nth % readsEvery === 0) await this.#readLast(oldAddress, pin);
  }

  async #readLast(box: string, pin: string): Promise<void> {
    const user = box.split('@', 1)[0]?.toUpperCase() ?? '';
    await inInbox(this.#stage.suite.mail, user, pin, async (client) => {
      const message = await client.fetchOne('*', { source: true });
      if (message !== false && message?.source !== undefined) this.#ledger.noteRead(box, message.source);
    });
  }
}
