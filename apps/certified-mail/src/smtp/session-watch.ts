/** What a session may do before it is ended. */
export interface SessionLimits {
  /** Wrong secrets. */
  readonly wrongSecrets: number;
  /** Commands since it began, or since its last message was taken; accepted recipients do not count. */
  readonly commands: number;
  /** How long it may do nothing that leads to a message, whatever it says. */
  readonly quietMs: number;
  /** How long it may be in all. */
  readonly wholeMs: number;
}

interface Watched {
  readonly sinceMs: number;
  /** Whether it did a step, at `progressMs`; until then that is when it began. */
  stepped: boolean;
  progressMs: number;
  commands: number;
  wrongSecrets: number;
}

/** For so long after its last step towards a message a session is not ended for another client. */
const sparedMs = 30_000;

/** Why a session is ended, as its client reads it after 421. */
export type EndOfSession = string;

const ends = {
  secrets: '4.7.0 Troppi tentativi di accesso errati (SMTP-SESSION-LIMITS)',
  commands: '4.7.0 Troppi comandi senza un messaggio (SMTP-SESSION-LIMITS)',
  quiet: '4.4.2 Troppo tempo senza un messaggio (SMTP-SESSION-LIMITS)',
  whole: '4.4.2 La sessione dura da troppo tempo (SMTP-SESSION-LIMITS)',
} as const satisfies Record<string, EndOfSession>;

/**
 * Counts what the sessions of a door do. To say NOOP for ever is to be silent: only an accepted sender or recipient, a log-in
 * or a message counts as a step. Instants are system milliseconds.
 * @rule SMTP-SESSION-LIMITS
 */
export class SessionWatch {
  readonly #sessions = new Map<string, Watched>();
  readonly #limits: SessionLimits;

  constructor(limits: SessionLimits) {
    this.#limits = limits;
  }

  begin(session: string, nowMs: number): void {
    this.#sessions.set(session, { sinceMs: nowMs, stepped: false, progressMs: nowMs, commands: 0, wrongSecrets: 0 });
  }

  end(session: string): void {
    this.#sessions.delete(session);
  }

  /** Counts a command. @returns why the session is to be ended after it; null when it is not. */
  command(session: string): EndOfSession | null {
    const watched = this.#sessions.get(session);
    if (watched === undefined) return null;
    watched.commands += 1;
    return watched.commands > this.#limits.commands ? ends.commands : null;
  }

  /** Counts a wrong secret. @returns why the session is to be ended after it; null when it is not. */
  wrongSecret(session: string): EndOfSession | null {
    const watched = this.#sessions.get(session);
    if (watched === undefined) return null;
    watched.wrongSecrets += 1;
    return watched.wrongSecrets >= this.#limits.wrongSecrets ? ends.secrets : null;
  }

  /** The session came a step nearer to a message; `recipient` is a command that does not count. */
  step(session: string, what: 'log-in' | 'sender' | 'recipient' | 'message', nowMs: number): void {
    const watched = this.#sessions.get(session);
    if (watched === undefined) return;
    watched.stepped = true;
    watched.progressMs = nowMs;
    if (what === 'message') watched.commands = 0;
    if (what === 'recipient') watched.commands -= 1;
  }

  /** Whether a session did a step a short while ago. */
  isSpared(session: string, nowMs: number): boolean {
    const watched = this.#sessions.get(session);
    return watched?.stepped === true && nowMs - watched.progressMs < sparedMs;
  }

  /** The sessions whose time is over, and why. One whose message is on its way has its whole time for it. */
  overdue(nowMs: number, isReceiving: (session: string) => boolean = () => false): ReadonlyMap<string, EndOfSession> {
    const { quietMs, wholeMs } = this.#limits;
    const over = new Map<string, EndOfSession>();
    for (const [session, { sinceMs, progressMs }] of this.#sessions) {
      if (nowMs - sinceMs >= wholeMs) over.set(session, ends.whole);
      else if (nowMs - progressMs >= quietMs && !isReceiving(session)) over.set(session, ends.quiet);
    }
    return over;
  }
}
