import { randomUUID } from 'node:crypto';
import {
  announcementAsked,
  communicationAsked,
  messageAccepted,
  messageDelivered,
  messageNotDelivered,
  messageRefused,
  timeLimitPassed,
  moveCompleted,
  pinIssued,
} from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { parseConfig } from '@recapito/platform';
import type { HealthReport, RunningService } from '@recapito/platform';
import { derivedId, parseInstant } from '@recapito/primitives';
import { ServiceStage } from '@recapito/testing';
import type { SpecProcess, ToldFact } from '@recapito/testing';
import { notificationConfig } from '../src/config.ts';
import { PrismaClient } from '../src/persistence/generated/client.ts';
import { notificationService } from '../src/service.ts';
import { CertifiedMailStandIn } from './certified-mail-stand-in.ts';
import { IdentityStandIn } from './identity-stand-in.ts';

export const august = parseInstant('2010-08-02T07:00:00Z');
export const bound = parseInstant('2010-09-15T22:00:00Z');
export const announcer = 'pec.cittadini@inpspec.gov.it';

type Row = Awaited<ReturnType<PrismaClient['communication']['findMany']>>[number];

/** Notification with a database and topics of its own, its neighbours, and what they say to it. */
export class Stage extends ServiceStage<PrismaClient> {
  readonly identity = new IdentityStandIn();
  readonly certifiedMail = new CertifiedMailStandIn();
  #neighbours: Promise<Record<string, string>> | undefined;

  constructor() {
    super('notification', PrismaClient, (environment) => {
      const reading = parseConfig(notificationConfig, environment);
      if ('faults' in reading) throw new Error(reading.faults);
      return notificationService(reading.config);
    });
    this.onEnd(() => Promise.all([this.identity.close(), this.certifiedMail.close()]));
  }

  /** Starts it as the process that an installation runs, with a log that can be read. */
  async openProcess(more: Record<string, string> = {}): Promise<SpecProcess> {
    await this.setClock(august);
    const program = new URL('../src/main.ts', import.meta.url);
    const child = await this.program(program, { RECAPITO_LOG_LEVEL: 'debug', ...more });
    await child.line(/"message":"ready"/);
    return child;
  }

  override async environment(): Promise<Record<string, string>> {
    this.#neighbours ??= this.#listen();
    return { ...(await super.environment()), ...(await this.#neighbours) };
  }

  /** Migration asks for the announcement of a move, in one or several facts that mean the same. */
  async announce(move: string, { times = 1, ...more }: { times?: number } & Asked = {}): Promise<void> {
    for (let time = 0; time < times; time++) await this.say(announcementAsked, move, askedFor(move, more), august);
  }

  /** Migration says that a move is completed. */
  async complete(move: string): Promise<void> {
    const data: DataOf<typeof moveCompleted> = {
      move,
      campaign: 'inps-2010',
      confirmedAt: august,
      completedAt: august,
      late: false,
      holder: derivedId('holder', move),
      from: oldAddressOf(move),
      to: newAddressOf(move),
    };
    await this.say(moveCompleted, move, data, august);
  }

  /** Identity issues a PIN, whose halves go by SMS and by letter. */
  async issuePin(pin: string, holder: string = randomUUID()): Promise<void> {
    const data: DataOf<typeof pinIssued> = {
      holder,
      pin,
      halves: [
        { half: 1, channel: 'sms' },
        { half: 2, channel: 'posta' },
      ],
    };
    await this.say(pinIssued, holder, data, august);
  }

  /** Certified-mail says of a message that it was accepted or refused, delivered, could not be, or has not been in time. */
  async tellOfMessage(
    what: 'accepted' | 'refused' | 'delivered' | 'not-delivered' | 'twelve-hours' | 'twenty-four-hours',
    about: { identificativo: string; msgid: string; mittente?: string; recipient?: string },
  ): Promise<string> {
    const { identificativo, msgid, mittente = announcer, recipient = 'chi@inpspec.gov.it' } = about;
    const event = {
      identificativo,
      msgid,
      mittente,
      oggetto: 'Oggetto',
      gestore: 'Gestore',
      messageId: randomUUID(),
      destinatari: [{ indirizzo: recipient, tipo: 'certificato' as const }],
      tipoRicevuta: 'sintetica' as const,
      consegna: recipient,
    };
    const key = identificativo;
    if (what === 'accepted') return await this.say(messageAccepted, key, event, august);
    if (what === 'delivered') return await this.say(messageDelivered, key, event, august);
    if (what === 'refused') {
      const data = { ...event, errore: 'altro' as const, erroreEsteso: 'fuori dal circuito' };
      return await this.say(messageRefused, key, data, august);
    }
    if (what === 'twelve-hours' || what === 'twenty-four-hours') {
      const data = { ...event, limit: what, dispatchedAt: august, late: false };
      return await this.say(timeLimitPassed, key, data, august);
    }
    const data = { ...event, errore: 'no-dest' as const, erroreEsteso: '5.1.1 casella inesistente' };
    return await this.say(messageNotDelivered, key, data, august);
  }

  /** The row of a communication; throws until it is there. */
  async row(id: string): Promise<Row> {
    return await this.client.communication.findUniqueOrThrow({ where: { id } });
  }

  /** Every fact told so far of a communication, in order. */
  async toldOf(id: string): Promise<ToldFact[]> {
    return this.told(communicationAsked.topic, id);
  }

  async health(to: Pick<RunningService, 'management'>): Promise<HealthReport> {
    return (await this.look<HealthReport>('/health/ready', to)).body;
  }

  async #listen(): Promise<Record<string, string>> {
    return {
      RECAPITO_IDENTITY_URL: await this.identity.listen(),
      RECAPITO_CERTIFIED_MAIL_URL: await this.certifiedMail.listen(),
    };
  }
}

interface Asked {
  readonly generation?: number;
  readonly campaign?: string;
}

/** What migration says when it asks for the announcement of a move. */
export function askedFor(
  move: string,
  { generation = 1, campaign = 'inps-2010' }: Asked = {},
): DataOf<typeof announcementAsked> {
  return {
    move,
    campaign,
    generation,
    until: bound,
    holder: derivedId('holder', move),
    enrolment: derivedId('enrolment', move),
    from: oldAddressOf(move),
    to: newAddressOf(move),
    userId: newAddressOf(move),
  };
}

/** Each move of a spec has addresses of its own. */
export function oldAddressOf(move: string): string {
  return `${move.slice(-12)}@inpspec.gov.it`;
}

export function newAddressOf(move: string): string {
  return `nome.${move.slice(-12)}@postacertificata.gov.it`;
}
