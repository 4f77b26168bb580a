import { call as callFrom, Refused } from '../suite-services.ts';
import type { Sent } from '../suite-services.ts';

/** The six steps by their numbers, as the announcement lists them. */
export type Step = 1 | 2 | 3 | 4 | 5 | 6;

export interface Session {
  readonly token: string;
  readonly scope: 'first-pin' | 'pin' | 'enrolment';
  readonly enrolment: { readonly enrolment: string; readonly changed: boolean } | null;
}

interface Terms {
  readonly items: readonly {
    readonly document: string;
    readonly version: string;
    readonly language: string;
    readonly sha256: string;
  }[];
}

interface Questions {
  readonly items: readonly { readonly id: string }[];
}

/** The portal as a person's browser sees it: identity's public doors. */
export class Portal {
  readonly #identity: string;
  readonly #from: string;

  /** @param from the address from which the person comes, which the driver says as a proxy before the portal would */
  constructor(identity: string, from: string) {
    this.#identity = identity;
    this.#from = from;
  }

  /** Step 1: the public page. */
  async open(): Promise<void> {
    await this.#call('GET', `${this.#identity}/terms`);
  }

  /** Signs in with codice fiscale and PIN, or with the credentials of the announcement (step 2). @throws Refused */
  async signIn(user: string, secret: string): Promise<Session> {
    return this.#call<Session>('POST', `${this.#identity}/sessions`, { json: { user, secret } });
  }

  async changePin({ token }: Session, pin: string): Promise<void> {
    await this.#call('PUT', `${this.#identity}/pin`, { token, json: { pin } });
  }

  /** Steps 3 to 6. @returns whether it changed anything. @throws Refused */
  async take(step: 3 | 4 | 5 | 6, session: Session, password: string): Promise<boolean> {
    const { token, enrolment } = session;
    if (enrolment === null) throw new Error('this session opens no enrolment');
    const [path, json] = await this.#formOf(step, password);
    const url = `${this.#identity}/enrolments/${enrolment.enrolment}/${path}`;
    return (await this.#call<{ changed: boolean }>('PUT', url, { token, json })).changed;
  }

  async #call<Body>(method: string, url: string, sent: Sent = {}): Promise<Body> {
    return callFrom<Body>(method, url, { ...sent, headers: { 'x-forwarded-for': this.#from } });
  }

  async #formOf(step: 3 | 4 | 5 | 6, password: string): Promise<[path: string, form: object]> {
    switch (step) {
      case 3:
        return ['password', { password }];
      case 4: {
        const { items } = await this.#call<Terms>('GET', `${this.#identity}/terms`);
        const accepted = items
          .filter(({ language }) => language === 'it')
          .map(({ document, version, sha256 }) => ({ document, version, sha256 }));
        return ['terms', { accepted }];
      }
      case 5: {
        const { items } = await this.#call<Questions>('GET', `${this.#identity}/security-questions`);
        const answers = items
          .slice(0, 3)
          .map(({ id }, index) => ({ question: id, answer: `risposta numero ${index + 1}` }));
        return ['security-answers', { answers }];
      }
      case 6:
        return ['confirmation', {}];
    }
  }
}

/** The code of the refusal that `attempt` met; null when it was let through. */
export async function refusalOf(attempt: () => Promise<unknown>): Promise<string | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}
