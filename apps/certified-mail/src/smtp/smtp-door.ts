import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import { classify } from '@recapito/messaging';
import { sourcesOf } from '@recapito/platform';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerAddress, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import { checkAddressCommand } from './mail-command.ts';
import type { AddressCommand } from './mail-command.ts';
import { DoorLimits } from './door-limits.ts';
import type { DoorCommand } from './door-limits.ts';
import { againReply, SmtpReply } from './smtp-reply.ts';
import type { DoorOptions } from './door-options.ts';

/**
 * The handlers of a door. A handler refuses by throwing an `SmtpReply`; for any other error the client is asked to send
 * again. An error counts in the same way before and after the handler returns its promise.
 *
 * Addresses are checked: in lower case, domains as A-labels. In the session's envelope they stand with the local part as
 * it was written.
 * @rule SMTP-AGAIN
 */
export interface DoorHandlers {
  /** Left out where nobody signs in. */
  readonly onAuth?: (name: string, secret: string, client: string) => Promise<unknown>;
  /** @param address '' for the null reverse path */
  readonly onMailFrom: (address: string, session: SMTPServerSession) => Promise<void> | void;
  readonly onRcptTo: (address: string, session: SMTPServerSession) => Promise<void> | void;
  /** @returns the words of 250. */
  readonly onData: (data: SmtpData, session: SMTPServerSession) => Promise<string>;
  /** The client has sent another command after 250 to its DATA: the answer has reached it. */
  readonly onHeard?: (session: SMTPServerSession) => void;
}

/** The content of DATA; `sizeExceeded` is known at its end. */
export type SmtpData = Parameters<NonNullable<SMTPServerOptions['onData']>>[0];

/** How long clients have at a shutdown to get the answer to the DATA they have sent. */
const closeMs = 5_000;

/** Recipients of one transaction beyond which a client is told to begin another: RFC 5321 asks for a hundred. */
const mostRecipients = 1_000;

/** One listening SMTP server. Dialog and limits are smtp-server's; what is admitted is its handlers'. */
export class SmtpDoor {
  readonly #server: SMTPServer;
  readonly #options: DoorOptions;
  readonly #limits: DoorLimits;
  /** Sessions whose message is on its way, or being answered for. */
  readonly #inData = new Set<string>();
  /** Sessions whose message was taken and whose client has sent no command since, by their ids. */
  readonly #unheard = new Map<string, SMTPServerSession>();

  constructor(options: DoorOptions, handlers: DoorHandlers) {
    const { hostName, secure, size, idleMs, logger, offersEightBitMime, credentials } = options;
    const { cert, key } = credentials?.current ?? options;
    this.#options = options;
    this.#server = new SMTPServer({
      cert,
      key,
      ...(credentials && { SNICallback: (name, found) => found(null, credentials.contextFor(name)) }),
      secure,
      size,
      rejectOversized: true,
      minVersion: 'TLSv1.2',
      name: hostName,
      banner: 'posta elettronica certificata',
      authMethods: ['PLAIN', 'LOGIN'],
      socketTimeout: idleMs,
      closeTimeout: closeMs,
      maxRecipients: mostRecipients,
      disableReverseLookup: true,
      // The forms of addresses are checked here, at every door alike; smtp-server would answer 501 to some of them.
      lenientAddressParsing: true,
      hide8BITMIME: !offersEightBitMime,
      hideSMTPUTF8: true,
      hideDSN: true,
      // Replies carry their own enhanced codes, which say more than those that are made from the code.
      hideENHANCEDSTATUSCODES: true,
      // In the clear nobody is even asked for a password, nor where there is nobody to be.
      onConnect: (session, callback) => {
        if (!session.secure || handlers.onAuth === undefined) session.disabledCommands = ['AUTH'];
        this.#limits.begin(session);
        callback();
      },
      onSecure: (_, session, callback) => {
        if (handlers.onAuth !== undefined) session.disabledCommands = [];
        callback();
      },
      onAuth: ({ username = '', password }, session, callback) => {
        const { remoteAddress } = session;
        const signIn = () => handlers.onAuth?.(username, password ?? '', remoteAddress) ?? Promise.reject(againReply());
        callbackify(async () => ({ user: await this.#answer('AUTH', 235, signIn, session) }))(callback);
      },
      onMailFrom: callbackify((named: SMTPServerAddress, session: SMTPServerSession) =>
        this.#answer('MAIL', 250, () => handlers.onMailFrom(this.#addressIn('MAIL', named, session), session), session),
      ),
      onRcptTo: callbackify((named: SMTPServerAddress, session: SMTPServerSession) =>
        this.#answer('RCPT', 250, () => handlers.onRcptTo(this.#addressIn('RCPT', named, session), session), session),
      ),
      onClose: (session, callback) => {
        this.#unheard.delete(session.id);
        this.#limits.end(session);
        callback?.();
      },
      // The one place in which smtp-server says that a command has come.
      logger: commandLogger((id) => {
        this.#limits.commanded(id);
        const session = this.#unheard.get(id);
        if (session === undefined) return;
        this.#unheard.delete(id);
        handlers.onHeard?.(session);
      }),
      onData: (data, session, callback) => {
        this.#inData.add(session.id);
        callbackify(() => this.#answer('DATA', 250, () => handlers.onData(data, session), session))((error, words) => {
          this.#inData.delete(session.id);
          if (!error && handlers.onHeard !== undefined) this.#unheard.set(session.id, session);
          callback(error, words);
        });
      },
    });
    credentials?.onRenewed((renewed) => this.#server.updateSecureContext(renewed));
    this.#server.on('error', (error) =>
      logger.debug({ event: 'smtp-connection-broken', err: error, door: options.name }, 'an SMTP connection broke'),
    );
    this.#limits = new DoorLimits(this.#server, options, (id) => this.#inData.has(id));
  }

  /** Begins to listen. @throws Error when the port is taken. */
  async open(): Promise<void> {
    const listening = this.#server.listen(this.#options.port, this.#options.host);
    await once(listening, 'listening');
  }

  /** The port listened on; 0 before it is. */
  get port(): number {
    const address = this.#server.server.address() as AddressInfo | null;
    return address?.port ?? 0;
  }

  /** Clients that are connected. */
  get clients(): number {
    return this.#server.connections.size;
  }

  /** Who has signed in on the connections that are open, as `onAuth` answered. */
  get users(): unknown[] {
    const users = [...this.#server.connections].map(({ session }) => session.user as unknown);
    return users.filter((user) => user !== undefined && user !== false);
  }

  /** Ends connections by who has signed in; one whose message is on its way is spared. */
  dismiss(whose: (user: unknown) => boolean, words: string): void {
    this.#end(words, ({ session }) => Boolean(session.user) && whose(session.user));
  }

  /** Marks the source of a session as known: an indexed provider has signed what it sent. */
  becomesKnown({ remoteAddress }: SMTPServerSession): void {
    this.#options.known.succeeded(sourcesOf(remoteAddress), Date.now());
  }

  /** Takes no more clients; those whose message is on its way get its answer, within seconds, the others leave at once. */
  async close(): Promise<void> {
    const unwatched = this.#limits.close();
    const closed = new Promise<void>((resolve) => this.#server.close(resolve));
    this.#end('4.3.2 Il servizio si ferma', () => true);
    await Promise.all([unwatched, closed]);
  }

  #end(words: string, which: (connection: { readonly session: SMTPServerSession }) => boolean): void {
    for (const connection of this.#server.connections) {
      if (this.#inData.has(connection.session.id) || !which(connection)) continue;
      connection.send(421, words);
      connection.close();
    }
  }

  #addressIn(command: AddressCommand, named: SMTPServerAddress, session: SMTPServerSession): string {
    const auth = session.user !== undefined && session.user !== false;
    return checkAddressCommand(command, named, { eightBitMime: this.#options.offersEightBitMime, auth });
  }

  /**
   * Runs the handler of a command and counts its reply by code. The handler runs inside, so that whatever it throws, and
   * whenever, becomes a reply.
   */
  async #answer<Result>(
    command: DoorCommand,
    success: number,
    handle: () => Result | Promise<Result>,
    session: SMTPServerSession,
  ): Promise<Result> {
    const { name: door, replies } = this.#options;
    try {
      const result = await handle();
      replies.inc({ door, command, code: success });
      this.#limits.succeeded(command, session);
      return result;
    } catch (error) {
      const reply = error instanceof SmtpReply ? error : this.#fault(command, error);
      replies.inc({ door, command, code: reply.responseCode });
      if (reply.responseCode === 535) this.#limits.wrongSecret(session.id);
      throw reply;
    }
  }

  #fault(command: DoorCommand, error: unknown): SmtpReply {
    const said = { err: error, door: this.#options.name, command };
    if (classify(error) === 'infrastructure')
      this.#options.logger.warn(
        { event: 'smtp-deferred', ...said },
        'SMTP command answered 451: a dependency is unavailable',
      );
    else this.#options.logger.error({ event: 'smtp-fault', ...said }, 'SMTP command answered 451: internal error');
    return againReply();
  }
}

/** A logger for smtp-server that passes on the id of the session for each command of a client, and drops the rest. */
function commandLogger(onCommand: (session: string) => void) {
  const drop = () => undefined;
  const debug = (entry: { readonly tnx?: string; readonly cid?: string }) => {
    if (entry.tnx === 'command' && entry.cid !== undefined) onCommand(entry.cid);
  };
  return { level: drop, trace: drop, debug, info: drop, warn: drop, error: drop, fatal: drop };
}
