import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { MailboxState } from '@recapito/capability';
import { movePlanned, switchAsked } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { parseConfig } from '@recapito/platform';
import type { RunningService } from '@recapito/platform';
import { after, certifiedAddress, derivedId, parseInstant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { operatorToken, ServiceStage, serviceToken } from '@recapito/testing';
import { mailboxConfig } from '../src/config.ts';
import { MailStore } from '../src/dovecot/mail-store.ts';
import { storeFolder } from '../src/dovecot/store-folder.ts';
import { PrismaClient } from '../src/persistence/generated/client.ts';
import { mailboxService } from '../src/service.ts';

/** A person of a spec's cohort. */
export interface Citizen {
  readonly cf: string;
  readonly nome: string;
  readonly cognome: string;
}

export const mario: Citizen = { cf: 'RSSMRA80A01H501U', nome: 'Mario', cognome: 'Rossi' };
export const marioOfMilan: Citizen = { cf: 'RSSMRA70A01F205V', nome: 'Mario', cognome: 'Rossi' };
export const anna: Citizen = { cf: 'BNCNNA85T71F205P', nome: 'Anna', cognome: 'Bianchi' };
export const nicolo: Citizen = { cf: 'DNGNCL99M09F839Z', nome: 'Nicolò', cognome: "D'Angelo" };

export const inAugust = parseInstant('2010-08-02T07:00:00Z');

export const holderOf = ({ cf }: Citizen): string => derivedId('spec-holder', cf);
export const moveOf = ({ cf }: Citizen): string => derivedId('spec-move', cf);
export const inpsAddressOf = ({ cf }: Citizen): string => `${cf.toLowerCase()}@inpspec.gov.it`;

/** Mailbox with a database and topics of its own, a mail store, and what migration says to it. */
export class Stage extends ServiceStage<PrismaClient> {
  #row = 0;

  constructor() {
    super('mailbox', PrismaClient, (environment) => {
      const reading = parseConfig(mailboxConfig, environment);
      if ('faults' in reading) throw new Error(reading.faults);
      return mailboxService(reading.config);
    });
    // The accounts of mail and Dovecot must be able to come in.
    chmodSync(this.folder, 0o755);
  }

  get store(): string {
    return join(this.folder, 'store');
  }

  /** Nobody is at its side unless a spec says who. */
  override async environment(): Promise<Record<string, string>> {
    const nobody = 'http://127.0.0.1:9';
    return { ...(await super.environment()), RECAPITO_IDENTITY_URL: nobody, RECAPITO_DOVEADM_URL: nobody };
  }

  /** Starts a mailbox service, by the clock as it was set before, and resolves when it is ready. */
  async mailbox(more: Readonly<Record<string, string>> = {}): Promise<RunningService<PrismaClient>> {
    const running = await this.start(more);
    await running.ready;
    return running;
  }

  /** Migration plans a citizen's move. Rows are numbered in the order of the calls. */
  async planMove(citizen: Citizen, more: Partial<DataOf<typeof movePlanned>> = {}): Promise<void> {
    this.#row += 1;
    await this.say(movePlanned, keyOf(citizen), { ...plannedMove(citizen, this.#row), ...more }, inAugust);
  }

  /** Migration asks for the switch that a citizen has confirmed. */
  async askSwitch(citizen: Citizen, confirmedAt: Instant): Promise<void> {
    const dueAt = after(confirmedAt, 24 * 3_600_000);
    const about = { move: moveOf(citizen), campaign: 'inps-2010', holder: holderOf(citizen) };
    await this.say(switchAsked, keyOf(citizen), { ...about, confirmedAt, dueAt }, confirmedAt, 2);
  }

  /** A box that is simply there, in a state, with its home in the store. */
  async box(box: {
    readonly address: string;
    readonly service: string;
    readonly state: MailboxState;
    readonly logInName?: string;
  }): Promise<{ readonly holder: string }> {
    const address = certifiedAddress(box.address);
    const holder = derivedId('spec-holder', address);
    await this.client.holder.create({ data: { id: holder } });
    await this.client.mailbox.create({
      data: { ...box, id: derivedId('mailbox', address), holderId: holder, address, stateSince: new Date(inAugust) },
    });
    await new MailStore(storeFolder(this.store)).prepareHome({ ...box, address });
    return { holder };
  }

  /** A request to a service as the operator, or as another service, with both languages in a refusal for the latter. */
  async ask(service: RunningService<PrismaClient>, path: string, options: AskOptions = {}): Promise<Response> {
    const { as = 'operator', body, key, purpose } = options;
    const token = as === 'operator' ? operatorToken : await serviceToken(this.secrets, as, 'mailbox');
    return fetch(new URL(path, service.url), {
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(purpose !== undefined && { purpose }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

/** What migration says of a citizen's move, in the given row of its cohort. */
export function plannedMove(citizen: Citizen, row: number): DataOf<typeof movePlanned> {
  return {
    move: moveOf(citizen),
    campaign: 'inps-2010',
    holder: holderOf(citizen),
    row,
    person: {
      codiceFiscale: citizen.cf,
      cognome: citizen.cognome,
      nome: citizen.nome,
      sesso: 'M',
      dataNascita: '1980-01-01',
      comuneNascita: 'H501',
    },
    recognition: { origin: 'inps', office: 'INPS Roma', operator: 'OP0001', date: '2010-01-10' },
    source: { service: 'inps-trial', address: `${citizen.cf}@inpspec.gov.it` },
    target: { service: 'cec-pac', domain: 'postacertificata.gov.it' },
    until: parseInstant('2010-09-15T22:00:00Z'),
  };
}

/** Homonyms share the key of the topic, so that they are read in the cohort's order. */
function keyOf({ nome, cognome }: Citizen): string {
  return derivedId('spec-base-address', `${nome}.${cognome}`);
}

interface AskOptions {
  readonly as?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly purpose?: string;
}
