import { setTimeout as pause } from 'node:timers/promises';
import { SmtpDialog } from '../bench/smtp-dialog.ts';
import type { Suite } from '../tools/suite/suite.ts';

/** A question about a box that everybody may ask, and what the answer means. */
interface Question {
  readonly name: string;
  /** The code of the answer; 0 when the door gave none. */
  readonly ask: () => Promise<number>;
}

/** Codes by which a door says that it cannot tell now, and 0 when nobody listens. */
const comeAgain = new Set([0, 421, 451, 503]);

/** What became of one question, asked again and again. */
export interface Answers {
  /** The answer before anything happened, and how often it was given while things happened. */
  readonly before: number;
  readonly right: number;
  readonly comeAgain: number;
  /** Every other answer: each is wrong. */
  readonly wrong: readonly number[];
  /** The answer at the end. */
  readonly after: number;
}

const betweenMs = 50;

/**
 * Asks about a box that is there and one that nobody has, at the incoming point of certified-mail (which judges names only
 * when it delivers) and at mailbox, as long as something befalls the suite. The clock stands still meanwhile, so every answer but the first one and "come again" is wrong.
 */
export class AnswerWatch {
  readonly #questions: readonly Question[];
  readonly #close: () => void;
  readonly #over = new AbortController();

  constructor(suite: Suite, boxes: { readonly known: string; readonly unknown: string }) {
    const incoming = new IncomingPoint(suite.smtp.port);
    this.#close = () => incoming.close();
    this.#questions = Object.entries(boxes).flatMap(([name, box]) => [
      { name: `RCPT of the ${name} box`, ask: () => incoming.rcpt(box) },
      { name: `mailbox about the ${name} box`, ask: () => capabilityOf(suite, box) },
    ]);
  }

  /** Does something while the questions are asked. @returns what was answered, by question */
  async during(happens: () => Promise<void>): Promise<Record<string, Answers>> {
    const before = await this.#once();
    const asked = Promise.all(this.#questions.map((question) => this.#keepAsking(question)));
    asked.catch(() => undefined);
    try {
      await happens();
    } finally {
      this.#over.abort();
    }
    const meanwhile = await asked;
    const after = await this.#once();
    this.#close();
    return Object.fromEntries(
      this.#questions.map(({ name }, nth) => [
        name,
        { ...tally(meanwhile[nth] ?? [], before[nth] ?? 0), after: after[nth] ?? 0 },
      ]),
    );
  }

  /** The first answer of each that tells something. */
  async #once(): Promise<number[]> {
    const first = async ({ ask }: Question): Promise<number> => {
      for (const deadline = performance.now() + 60_000; ; await pause(betweenMs)) {
        const code = await ask();
        if (!comeAgain.has(code) || performance.now() > deadline) return code;
      }
    };
    const codes: number[] = [];
    for (const question of this.#questions) codes.push(await first(question));
    return codes;
  }

  async #keepAsking({ ask }: Question): Promise<number[]> {
    const codes: number[] = [];
    for (; !this.#over.signal.aborted; await pause(betweenMs)) codes.push(await ask());
    return codes;
  }
}

function tally(codes: readonly number[], before: number): Omit<Answers, 'after'> {
  const [right, again] = [codes.filter((code) => code === before), codes.filter((code) => comeAgain.has(code))];
  const wrong = codes.filter((code) => code !== before && !comeAgain.has(code));
  return { before, right: right.length, comeAgain: again.length, wrong };
}

async function capabilityOf({ urls, operatorToken }: Suite, box: string): Promise<number> {
  const headers = { authorization: `Bearer ${operatorToken}` };
  const url = `${urls['mailbox']}/mailboxes/${box}/capabilities`;
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await response?.arrayBuffer().catch(() => undefined);
  return response?.status ?? 0;
}

/** A body of the programme's, who may write to every box. */
const sender = 'protocollo@pec.comune.borgovento.example';

/** Questions on one connection, one after the other; a new one when the last has gone. */
class IncomingPoint {
  readonly #port: number;
  #dialog: SmtpDialog | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(port: number) {
    this.#port = port;
  }

  async rcpt(box: string): Promise<number> {
    const answer = this.#last.then(() => this.#ask(box));
    this.#last = answer;
    return answer;
  }

  close(): void {
    this.#dialog?.close();
  }

  async #ask(box: string): Promise<number> {
    try {
      this.#dialog ??= await SmtpDialog.open(this.#port);
      for (const command of ['RSET', `MAIL FROM:<${sender}>`]) {
        const code = await this.#dialog.say(command);
        if (code !== 250) return this.#leave(code);
      }
      return await this.#dialog.say(`RCPT TO:<${box}>`);
    } catch {
      return this.#leave(0);
    }
  }

  #leave(code: number): number {
    this.#dialog?.close();
    this.#dialog = undefined;
    return code;
  }
}
