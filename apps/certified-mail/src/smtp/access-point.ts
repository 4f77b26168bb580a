import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { correlated } from '@recapito/messaging';
import { BackgroundLoop } from '@recapito/background';
import { Database } from '@recapito/database';
import { SuiteClock } from '@recapito/platform';
import type { OnServiceStart, PasswordQuestion, PasswordVerdict } from '@recapito/platform';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { SMTPServerSession } from 'smtp-server';
import type { MailRules } from '../gate/mail-gate.ts';
import { admitSending } from '../application/access/admit-sending.ts';
import { AcceptSubmission } from '../application/access/accept-submission.ts';
import type { Submitted } from '../application/access/submission.ts';
import { senderNotYours } from '../domain/sending.ts';
import { lastHeldAmong } from '../persistence/hold.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import { signIn } from './log-in.ts';
import type { SignedIn } from './log-in.ts';
import { SmtpDoor } from './smtp-door.ts';
import type { SmtpData } from './smtp-door.ts';
import type { DoorOptions } from './door-options.ts';
import { refusedReply, SmtpReply } from './smtp-reply.ts';
import { ReceivedData } from './received-data.ts';
import { receivedField, receptionOf } from './received-field.ts';

/** Also what another process has held is seen within that time. */
const heldSessionsEveryMs = 500;

/** The two doors of the access point. */
export interface AccessDoors {
  /** TLS from the first byte. */
  readonly smtps: DoorOptions;
  /** STARTTLS, without which nobody signs in. */
  readonly submission: DoorOptions;
}

/**
 * The access point (punto di accesso) over SMTP, for holders who sign in by the name and password of their box. A reply
 * to DATA means what it says: 250 that message and state are on the disk, 5xx that nothing was taken, 4xx that the same
 * may be sent again, and is one message however often it comes.
 * @rule SMTP-ACCESS
 */
@Injectable()
export class AccessPoint implements OnServiceStart, OnModuleDestroy {
  readonly #doors: readonly SmtpDoor[];
  readonly #database: Database<PrismaClient>;
  readonly #clock: SuiteClock;
  readonly #rules: MailRules;
  readonly #taken: ReceivedData;
  readonly #acceptSubmission: AcceptSubmission;
  readonly #logger = new Logger('smtp');
  /** Sessions whose client has not spoken since the answer to a message without Message-ID, and the key of that. */
  readonly #keysUntilHeard = new WeakMap<SMTPServerSession, string>();
  readonly #recordings = new Set<Promise<void>>();
  readonly #loop = new BackgroundLoop(() => this.#endHeldSessions(), {
    name: 'held-sessions',
    everyMs: heldSessionsEveryMs,
  });

  constructor(
    parts: {
      database: Database<PrismaClient>;
      clock: SuiteClock;
      rules: MailRules;
      taken: ReceivedData;
      acceptSubmission: AcceptSubmission;
    },
    check: (question: PasswordQuestion) => Promise<PasswordVerdict>,
    { smtps, submission }: AccessDoors,
  ) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#rules = parts.rules;
    this.#taken = parts.taken;
    this.#acceptSubmission = parts.acceptSubmission;
    const handlers = {
      onAuth: async (name: string, secret: string, client: string): Promise<Session> => ({
        ...(await signIn(parts.rules.gate, check, { name, secret, client })),
        sinceMs: Date.now(),
      }),
      onMailFrom: (address: string, session: SMTPServerSession) => this.#from(address, session),
      // Any address: what is wrong with a recipient is answered by a non-acceptance notice for the whole message.
      onRcptTo: () => undefined,
      onData: (data: SmtpData, session: SMTPServerSession) => correlated(undefined, () => this.#data(data, session)),
      onHeard: (session: SMTPServerSession) => this.#recordHeard(session),
    };
    this.#doors = [new SmtpDoor(smtps, handlers), new SmtpDoor(submission, handlers)];
  }

  async onServiceStart(): Promise<void> {
    await this.#taken.prepare();
    await Promise.all(this.#doors.map((door) => door.open()));
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
    await Promise.all(this.#doors.map((door) => door.close()));
    await Promise.all(this.#recordings);
  }

  /** Where clients find it, and how many are there. */
  get state(): { readonly smtps: number; readonly submission: number; readonly clients: number } {
    const [smtps, submission] = this.#doors;
    return {
      smtps: smtps?.port ?? 0,
      submission: submission?.port ?? 0,
      clients: this.#doors.reduce((sum, door) => sum + door.clients, 0),
    };
  }

  /**
   * Ends the sessions of holders that were opened before a box of theirs was held.
   * @rule ABUSE-SESSIONS-END
   */
  async #endHeldSessions(): Promise<void> {
    const sessions = this.#doors.flatMap((door) => door.users as Session[]);
    if (sessions.length === 0) return;
    const held = await lastHeldAmong(this.#database.client, [...new Set(sessions.map(({ holder }) => holder))]);
    const over = ({ holder, sinceMs }: Session) => sinceMs <= (held.get(holder) ?? Number.NEGATIVE_INFINITY);
    for (const door of this.#doors)
      door.dismiss((user) => over(user as Session), '4.7.0 Sessione chiusa: la casella è sospesa (ABUSE-SESSIONS-END)');
  }

  /**
   * Whose box it is, its state, its calendar and the day's limit: all that is known before the message.
   * @rule SMTP-MAIL-FROM
   */
  async #from(sender: string, session: SMTPServerSession): Promise<void> {
    signedIn(session);
    if (sender === '') throw refusedReply(addressMissing());
    await this.#rules.gate.ensureCurrent([sender]);
    if (!this.#opens(sender, session)) throw refusedReply(senderNotYours());
    const question = { sender, recipients: [], at: this.#clock.now() };
    const refusal = await admitSending(this.#database.client, this.#rules, question, 'asked');
    if (refusal !== null) throw refusedReply(refusal);
  }

  /** Whether the box belongs to the holder who signed in, at the service whose credential was shown. */
  #opens(sender: string, session: SMTPServerSession): boolean {
    const { holder, service } = signedIn(session);
    return this.#rules.gate.opens(sender, holder, service);
  }

  async #data(data: SmtpData, session: SMTPServerSession): Promise<string> {
    const { envelope } = session;
    const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address.toLowerCase();
    const recipients = envelope.rcptTo.map(({ address }) => address);
    const by = this.#rules.installation.smtpName;
    return await this.#taken.whole(data, async (bytes) => {
      await Promise.all(this.#recordings);
      const result = await this.#acceptSubmission.accept({
        bytes,
        sender,
        recipients,
        owns: () => this.#opens(sender, session),
        received: (at) => receivedField(receptionOf(session, { by, at, showAddress: false })),
        request: null,
      });
      if (isRefusal(result)) throw refusedReply(result);
      if (result.keyUntilHeard !== null) this.#keysUntilHeard.set(session, result.keyUntilHeard);
      return wordsOf(result);
    });
  }

  /** Records that a client has heard the answer to a message: the same one without Message-ID is a new message from here on. */
  #recordHeard(session: SMTPServerSession): void {
    const untilHeard = this.#keysUntilHeard.get(session);
    if (untilHeard === undefined) return;
    this.#keysUntilHeard.delete(session);
    const hearing: Promise<void> = this.#acceptSubmission
      .recordHeard(untilHeard)
      .catch((error: unknown) => {
        // The same text within the hour counts as a repetition: the client gets the first id once more.
        this.#logger.warn({
          err: error,
          event: 'legal-key-not-forgotten',
          message:
            'the legal key of an answered submission could not be removed: the same message within the hour counts as a repetition',
        });
      })
      .finally(() => this.#recordings.delete(hearing));
    this.#recordings.add(hearing);
  }
}

/** Who has signed in on a connection, and when, by the system clock. */
interface Session extends SignedIn {
  readonly sinceMs: number;
}

/** The session of a connection, as `onAuth` answered. */
function signedIn({ user }: SMTPServerSession): Session {
  if (user === undefined) throw new SmtpReply(530, '5.7.0', 'Prima occorre autenticarsi con TLS (SMTP-LOG-IN)');
  return user as Session;
}

function addressMissing(): Refusal<'address/malformed'> {
  return refuse('address/malformed', 'ADDRESS-FORM', {
    it: 'Il mittente manca: un messaggio parte da una casella.',
    en: 'The sender is missing: a message leaves from a mailbox.',
  });
}

function wordsOf({ identificativo, outcome }: Submitted): string {
  return outcome === 'accepted'
    ? `2.6.0 ${identificativo} accettato`
    : `2.6.0 ${identificativo} ricevuto: segue un avviso di non accettazione`;
}
