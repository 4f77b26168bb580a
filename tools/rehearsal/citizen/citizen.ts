import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Behaviour } from '../scenario.ts';
import { call, Refused } from '../suite-services.ts';
import { credentialsIn } from './announcement.ts';
import type { Credentials } from './announcement.ts';
import { chosenBy, homeAddressOf, invented } from './inventions.ts';
import { arrivedFor, pinFrom } from './letterbox.ts';
import { inInbox, messagesAbout } from './mail-client.ts';
import type { MailDoor } from './mail-client.ts';
import { Portal, refusalOf } from './portal.ts';
import type { Session } from './portal.ts';

/** The doors that are open to everybody. */
export interface PublicDoors {
  readonly identity: string;
  readonly certifiedMail: string;
  readonly mail: MailDoor;
  /** Where captured messages lie, by channel and codice fiscale. */
  readonly captured: string;
  /** Where people save what they want to keep. */
  readonly saved: string;
  readonly writesTo: string;
}

/** Something did not go as a citizen may expect. */
export class BrokenPromise extends Error {}

/** One simulated person. They know their codice fiscale, their old address, and what they read. */
export class Citizen {
  readonly codiceFiscale: string;
  readonly oldAddress: string;
  readonly behaviour: Behaviour;
  readonly #doors: PublicDoors;
  readonly #portal: Portal;
  readonly #again: boolean;
  #pinChosen = false;
  #credentials: Credentials | undefined;
  #passwordChosen = false;

  /** @param again whether this person may have acted already, in a run that was interrupted */
  constructor(
    person: { codiceFiscale: string; oldAddress: string; behaviour: Behaviour },
    doors: PublicDoors,
    again = false,
  ) {
    this.codiceFiscale = person.codiceFiscale;
    this.oldAddress = person.oldAddress;
    this.behaviour = person.behaviour;
    this.#doors = doors;
    this.#again = again;
    this.#portal = new Portal(doors.identity, homeAddressOf(person.codiceFiscale));
  }

  /** The personal PIN and the password that this person chooses: the same in every rehearsal. */
  get pin(): string {
    return chosenBy(this.codiceFiscale).pin;
  }

  get password(): string {
    return chosenBy(this.codiceFiscale).password;
  }

  get newAddress(): string | undefined {
    return this.#credentials?.userId;
  }

  /** Puts the halves of the PIN together and changes it, the first time; then reads and keeps the announcement. */
  async readAnnouncement(): Promise<Credentials> {
    if (this.#credentials !== undefined) return this.#credentials;
    const kept = this.#again ? this.#kept('annuncio.eml') : undefined;
    if (kept !== undefined) {
      this.#pinChosen = true;
      this.#credentials = await credentialsIn(kept);
      return this.#credentials;
    }
    await this.#choosePin();
    const messages = await this.#read(this.codiceFiscale, this.pin, 'POSTA CERTIFICATA');
    const [announcement] = messages;
    if (announcement === undefined) throw new BrokenPromise('no announcement lies in the old box');
    if (messages.length > 1) throw new BrokenPromise(`${messages.length} announcements lie in the old box`);
    this.#save('annuncio.eml', announcement);
    this.#credentials = await credentialsIn(announcement);
    return this.#credentials;
  }

  /** Step 2, with whatever password opens the steps by now. */
  async signIn(): Promise<Session> {
    const { userId, firstAccessPassword } = await this.readAnnouncement();
    if (this.behaviour === 'password_errata') await this.#mistype(userId);
    if (this.#again && !this.#passwordChosen) {
      const session = await this.#signInIfRight(userId, this.password);
      this.#passwordChosen = session !== null;
      if (session !== null) return session;
    }
    return this.#portal.signIn(userId, this.#passwordChosen ? this.password : firstAccessPassword);
  }

  /** Takes the steps from the third to `last`, in order; twice each when that is this person's way. */
  async takeSteps(session: Session, last: 3 | 4 | 5 | 6): Promise<void> {
    if (this.#hasConfirmed(session)) return;
    for (const step of [3, 4, 5, 6] as const) {
      if (step > last) return;
      await this.#portal.take(step, session, this.password);
      if (step === 3) this.#passwordChosen = true;
      if (this.behaviour === 'due_volte' && (await this.#portal.take(step, session, this.password)))
        throw new BrokenPromise(`step ${step} done twice changed something twice`);
    }
  }

  /** Tries to confirm before anything else is done, and must be told which step is missing. */
  async jumpAhead(session: Session): Promise<void> {
    // The steps may have been taken before the interruption, and none is missing.
    if (this.#again) return;
    const refused = await refusalOf(() => this.#portal.take(6, session, this.password));
    if (refused !== 'enrolment/step-out-of-order')
      throw new BrokenPromise(`a step out of order was answered with ${refused ?? 'success'}`);
  }

  /** Confirms. @returns the code of the refusal, or null. */
  async confirm(): Promise<string | null> {
    return refusalOf(async () => {
      const session = await this.signIn();
      if (!this.#hasConfirmed(session)) await this.#portal.take(6, session, this.password);
    });
  }

  /** Opens the portal and leaves. */
  async lookAtPortal(): Promise<void> {
    await this.#portal.open();
  }

  /** Writes to the public body from a box, as a mail client would through the provider's door. */
  async write(from: string, session: Session, subject: string): Promise<void> {
    const id = `<${invented(this.codiceFiscale, subject).slice(0, 16)}@casa.example>`;
    const body = [
      `From: <${from}>`,
      `To: <${this.#doors.writesTo}>`,
      `Subject: ${subject}`,
      `Message-ID: ${id}`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      'Chiedo copia del mio certificato di residenza.',
      '',
    ].join('\r\n');
    await call('POST', `${this.#doors.certifiedMail}/submissions`, {
      body,
      token: session.token,
      headers: { 'content-type': 'message/rfc822', 'idempotency-key': id.slice(1, -1) },
    });
  }

  async writeFromOldBox(): Promise<void> {
    await this.#choosePin();
    const session = await this.#portal.signIn(this.codiceFiscale, this.pin);
    await this.write(this.oldAddress, session, 'Richiesta dalla vecchia casella');
  }

  /** Opens the new box, finds the welcome there, saves it, and writes from it. */
  async moveIn(): Promise<void> {
    const { userId } = await this.readAnnouncement();
    const [welcome] = await this.#read(userId, this.password, 'POSTA CERTIFICATA');
    if (welcome === undefined) throw new BrokenPromise('no welcome lies in the new box');
    this.#save('benvenuto.eml', welcome);
    const session = await this.#portal.signIn(userId, this.password);
    await this.write(userId, session, 'Richiesta dalla nuova casella');
  }

  async #choosePin(): Promise<void> {
    if (this.#pinChosen) return;
    if (this.#again && (await this.#signInIfRight(this.codiceFiscale, this.pin)) !== null) {
      this.#pinChosen = true;
      return;
    }
    const first = pinFrom(arrivedFor(this.#doors.captured, this.codiceFiscale));
    await this.#portal.changePin(await this.#portal.signIn(this.codiceFiscale, first), this.pin);
    this.#pinChosen = true;
  }

  /** A session; null when the secret is not, or not yet, the right one. */
  async #signInIfRight(user: string, secret: string): Promise<Session | null> {
    try {
      return await this.#portal.signIn(user, secret);
    } catch (error) {
      if (error instanceof Refused && error.code === 'access/denied') return null;
      throw error;
    }
  }

  /** Whether all was done before the interruption: the session of a person who has moved opens no enrolment. */
  #hasConfirmed({ enrolment }: Session): boolean {
    return this.#again && enrolment === null;
  }

  async #mistype(user: string): Promise<void> {
    for (const wrong of ['sbagliata-1', 'sbagliata-2']) {
      const refused = await refusalOf(() => this.#portal.signIn(user, wrong));
      if (refused !== 'access/denied')
        throw new BrokenPromise(`a wrong password was answered with ${refused ?? 'success'}`);
    }
  }

  async #read(user: string, secret: string, subject: string): Promise<Buffer[]> {
    return inInbox(this.#doors.mail, user, secret, (client) => messagesAbout(client, subject));
  }

  #kept(name: string): Buffer | undefined {
    const file = join(this.#doors.saved, this.codiceFiscale, name);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  #save(name: string, message: Uint8Array): void {
    const folder = join(this.#doors.saved, this.codiceFiscale);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, name), message, { mode: 0o600 });
  }
}
