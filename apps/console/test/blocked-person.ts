import { addressReserved, campaignProposed, movePlanned } from '@recapito/contracts';
import { derivedId, parseInstant } from '@recapito/primitives';
import { eventually, serviceToken } from '@recapito/testing';
import type { SignInStage } from './sign-in-stage.ts';

export const bound = parseInstant('2010-09-15T22:00:00Z');
const campaign = 'inps-2010';
const codiceFiscale = 'RSSMRA80A01H501U';
export const userId = 'mario.rossi@postacertificata.gov.it';

/** A holder with an announcement in hand, as the other services make them known to identity. */
export class BlockedPerson {
  readonly holder = derivedId('holder-of-spec', codiceFiscale);
  readonly move = derivedId('move-of-spec', campaign, codiceFiscale);
  readonly enrolment = derivedId('enrolment', this.move);
  readonly #stage: SignInStage;

  constructor(stage: SignInStage) {
    this.#stage = stage;
  }

  /** Migration plans the move, mailbox keeps the address, notification writes the announcement. @returns its password */
  async announce(): Promise<string> {
    const { voices } = this.#stage;
    const [source, target] = ['inps-trial', 'cec-pac'];
    const proposed = { campaign, programme: campaign, source, target, until: bound };
    await voices.say(campaignProposed, campaign, proposed, bound);
    const planned = {
      move: this.move,
      campaign,
      holder: this.holder,
      row: 1,
      person: {
        codiceFiscale,
        cognome: 'Rossi',
        nome: 'Mario <i>',
        sesso: 'M' as const,
        dataNascita: '1980-01-01',
        comuneNascita: 'H501',
        cellulare: '+393330000001',
      },
      recognition: { origin: 'inps' as const, office: 'INPS Roma Centro', operator: 'OP-17', date: '2010-03-10' },
      source: { service: source, address: `${codiceFiscale.toLowerCase()}@inpspec.gov.it` },
      target: { service: target, domain: 'postacertificata.gov.it' },
      until: bound,
    };
    await voices.say(movePlanned, this.holder, planned, bound);
    const box = derivedId('box-of-spec', userId);
    const kept = { box, holder: this.holder, address: userId, service: target, move: this.move };
    await voices.say(addressReserved, this.holder, kept, bound);
    return await eventually(() => this.writeAnnouncement(1));
  }

  /** Notification takes the first-access password of an issue. @returns it @throws Error when identity gives none */
  async writeAnnouncement(generation: number): Promise<string> {
    const token = await serviceToken(this.#stage.secrets, 'notification', 'identity');
    const path = `/enrolments/${this.enrolment}/first-access-password`;
    const answered = await this.#post(path, { generation }, { authorization: `Bearer ${token}` });
    if (answered.status !== 200) throw new Error(`no first-access password (${answered.status})`);
    return ((await answered.json()) as { password: string }).password;
  }

  /** Types five wrong passwords: the sixth attempt hears of the block. */
  async mistype(): Promise<void> {
    for (const wrong of ['uno', 'due', 'tre', 'quattro', 'cinque'])
      await this.#post('/sessions', { user: userId, secret: `sbagliata-${wrong}` });
    const { status } = await this.#post('/sessions', { user: userId, secret: 'sbagliata-sei' });
    if (status !== 403) throw new Error(`the account is not blocked (${status})`);
  }

  async #post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(`${this.#stage.identityUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }
}
