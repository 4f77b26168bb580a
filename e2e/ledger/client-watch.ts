/** A letter that a client handed in over HTTP, once or several times, and what it was answered. */
export interface SentLetter {
  /** The Message-ID that the client gave it, with its brackets. */
  readonly messageId: string;
  readonly sender: string;
  readonly recipient: string;
  /** The ids that it was accepted under, one for each answer; empty while the client has only been asked to come again. */
  readonly acceptedAs: readonly string[];
  /** Answers that were no acceptance and did not ask to come again. */
  readonly refused: readonly string[];
}

/** A message that a client has read in a box. */
export interface ReadMessage {
  readonly box: string;
  readonly bytes: Buffer;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] extends readonly (infer Item)[] ? Item[] : Type[Key] };

/**
 * Notes what clients in this process send to the suite and what they are answered, beside their way of working: it listens
 * at `fetch` and knows nothing of them. One at a time.
 */
export class ClientWatch {
  readonly letters = new Map<string, SentLetter>();
  /** Ids of the enrolments whose confirmation was answered with success. */
  readonly confirmed = new Set<string>();
  readonly read: ReadMessage[] = [];
  readonly #fetch = globalThis.fetch;

  constructor() {
    globalThis.fetch = async (...request) => {
      const [input, { method, body } = {}] = request;
      const path = new URL(input instanceof Request ? input.url : input).pathname;
      const letter = path === '/submissions' && method === 'POST' ? this.#sent(body) : undefined;
      const response = await this.#fetch(...request);
      if (letter !== undefined) await noteAnswer(letter, response.clone());
      const enrolment = /^\/enrolments\/([^/]+)\/confirmation$/.exec(path)?.[1];
      if (enrolment !== undefined && response.ok) this.confirmed.add(enrolment);
      return response;
    };
  }

  /** Nothing more is noted. */
  end(): void {
    globalThis.fetch = this.#fetch;
  }

  /** Noted before the request leaves: it may have an effect though its answer is lost. */
  #sent(body: unknown): Mutable<SentLetter> | undefined {
    if (typeof body !== 'string' && !Buffer.isBuffer(body)) return undefined;
    const header = body.toString().split('\r\n\r\n', 1)[0] ?? '';
    const field = (name: string) => new RegExp(`^${name}: *<?([^>\\r]*)>?`, 'im').exec(header)?.[1] ?? '';
    const messageId = `<${field('Message-ID')}>`;
    const letter = this.letters.get(messageId) ?? {
      messageId,
      sender: field('From').toLowerCase(),
      recipient: field('To').toLowerCase(),
      acceptedAs: [],
      refused: [],
    };
    this.letters.set(messageId, letter);
    return letter as Mutable<SentLetter>;
  }
}

async function noteAnswer(letter: Mutable<SentLetter>, response: Response): Promise<void> {
  const text = await response.text();
  if (response.ok) {
    const { outcome, identificativo } = JSON.parse(text) as { outcome?: string; identificativo?: string };
    if (outcome === 'accepted' && identificativo !== undefined) letter.acceptedAs.push(identificativo);
    else letter.refused.push(`${response.status} ${outcome}`);
  } else if (response.status !== 503 && response.status !== 502) letter.refused.push(`${response.status} ${text}`);
}
