import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, serviceCalendar } from '@recapito/capability';
import type { MailboxState } from '@recapito/capability';
import { calendarArmed, directoryRecord } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { KeyRing, parseConfig } from '@recapito/platform';
import type { KeyPurpose, RunningService } from '@recapito/platform';
import { derivedId, instant, parseInstant } from '@recapito/primitives';
import { ServiceStage, serviceToken } from '@recapito/testing';
import type { PasswordChecksStandIn } from '@recapito/testing';
import { SignJWT } from 'jose';
import { certifiedMailConfig } from '../src/config.ts';
import type { CertifiedMailConfig } from '../src/config.ts';
import { writeAuthority } from '../src/development-authority/write-authority.ts';
import { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { readProviders } from '../src/programme/providers.ts';
import { certifiedMailService } from '../src/service.ts';
import { incoherences } from './coherence.ts';
import { MailStore } from './mail-store.ts';
import { layShippedAuthority } from './shipped-authority.ts';

export const programmes = new URL('../../../programmes', import.meta.url).pathname;

/** Addresses of the shipped programme. */
export const inpsSender = 'pec.cittadini@inpspec.gov.it';
export const inpsReceipts = 'ricevute@inpspec.gov.it';
export const pcertReceipts = 'ricevute@postacertificata.gov.it';
export const entiReceipts = 'ricevute@gestore-enti.example';
export const comune = 'protocollo@pec.comune.borgovento.example';
export const provincia = 'urp@pec.provincia.valchiara.example';

/** Fictional holders, and boxes in every place that the specs need. */
export const mario = { holder: derivedId('spec-holder', 'mario'), box: 'rssmra80a01h501u@inpspec.gov.it' };
export const anna = { holder: derivedId('spec-holder', 'anna'), box: 'anna.bianchi@postacertificata.gov.it' };
export const closed = { holder: derivedId('spec-holder', 'closed'), box: 'giulia.verdi@postacertificata.gov.it' };

/** Has room for less than any message. */
export const full = { holder: derivedId('spec-holder', 'full'), box: 'carla.gialli@postacertificata.gov.it' };

export const inAugust = parseInstant('2010-08-02T07:00:00Z');

/** Certified-mail with a database and topics of its own, keys of an authority of its own, and a Dovecot. */
export class Stage extends ServiceStage<PrismaClient> {
  #store: MailStore | undefined;
  /** The programme, with the providers that this installation runs. */
  programmes = programmes;
  /** The programme of everybody who stands in the index, also of providers that another installation runs. */
  #whole = programmes;
  /** Boxes that the mail store has beside those that every spec needs. */
  readonly moreBoxes: string[] = [];
  /** The folder in which the mail store makes its own; that of temporary files when left out. */
  storePlace: string | undefined;
  /** Where identity is; nobody is there unless a spec needs it. */
  identityUrl = 'http://127.0.0.1:9';

  /** Messages of which a stand-in for another provider spoke with the key of one of ours, which told nothing of it. */
  readonly answeredOutside = new Set<string>();

  constructor() {
    super('certified-mail', PrismaClient, (environment) => certifiedMailService(configOf(environment)));
  }

  get store(): MailStore {
    if (this.#store === undefined) throw new Error('the stage has not been set');
    return this.#store;
  }

  /** Where the authority, the providers' certificates and their keys lie. */
  get providers(): string {
    return join(this.secrets, 'providers');
  }

  /** Changes what the shipped programme says of a provider, on this stage alone; before a service starts. */
  amend(provider: 'enti' | 'inps' | 'postacertificata', more: object): void {
    const file = join(this.#ownProgrammes(), 'providers', `${provider}.json`);
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...more }));
  }

  /** Adds a row to the list of public bodies, on this stage alone; before a service starts. */
  addBody(row: string): void {
    writeFileSync(join(this.#ownProgrammes(), 'pa-index', '2010.csv'), `${row}\n`, { flag: 'a' });
  }

  #ownProgrammes(): string {
    if (this.programmes === programmes) {
      this.programmes = join(this.folder, 'programmes');
      cpSync(programmes, this.programmes, { recursive: true });
      this.#whole = this.programmes;
    }
    return this.programmes;
  }

  /** Has names and secrets judged by a stand-in for identity, until the end; before a service starts. */
  async asks(identity: PasswordChecksStandIn): Promise<void> {
    this.identityUrl = await identity.listen();
    this.onEnd(() => identity.stop());
  }

  /** Keys, mail store, calendars, boxes and the clock; no service yet. */
  async set(): Promise<this> {
    if (this.#whole === programmes) await layShippedAuthority(this.providers, programmes);
    await writeAuthority(this.providers, readProviders(join(this.#whole, 'providers')), instant(Date.now()));
    const own = [inpsSender, inpsReceipts, pcertReceipts, entiReceipts, comune, provincia, ...this.moreBoxes];
    const boxes = [...own, mario.box, anna.box, closed.box];
    const store = await MailStore.start(boxes, [full.box], this.storePlace);
    this.onEnd(() => store.remove());
    this.#store = store;
    for (const service of ['inps-trial', 'cec-pac']) await this.armCalendar(service);
    await this.listBox(mario, 'inps-trial', 'active', 1);
    await this.listBox(anna, 'cec-pac', 'active', 1);
    await this.listBox(closed, 'cec-pac', 'withdrawn', 1);
    await this.listBox(full, 'cec-pac', 'active', 1);
    await this.sayCensus(inAugust);
    await this.setClock(inAugust);
    return this;
  }

  override async environment(): Promise<Record<string, string>> {
    return {
      ...(await super.environment()),
      RECAPITO_LMTP_PORT: String(this.store.port),
      RECAPITO_IDENTITY_URL: this.identityUrl,
      RECAPITO_PROGRAMMES: this.programmes,
      RECAPITO_SMTP_PORT: '0',
      RECAPITO_SMTPS_PORT: '0',
      RECAPITO_SUBMISSION_PORT: '0',
    };
  }

  /** Ends it all; every message that was concluded on this stage must have left a coherent log. */
  override async end(): Promise<void> {
    await this.stop();
    const faults = await this.#incoherent();
    await super.end();
    if (faults.length > 0) throw new Error(`the log is not coherent:\n${faults.join('\n')}`);
  }

  async #incoherent(): Promise<string[]> {
    await this.database();
    const concluded = await this.client.submission.findMany({ where: { state: 'concluded' } });
    const known = new Set(concluded.map(({ identificativo }) => identificativo));
    for (const identificativo of this.answeredOutside) known.delete(identificativo);
    const facts = await this.told('certified-mail.messages.v1');
    const byMessage = Map.groupBy(facts, ({ key }) => key);
    return [...byMessage].flatMap(([identificativo, ofOne]) =>
      known.has(identificativo) ? incoherences(ofOne).map((fault) => `${identificativo}: ${fault}`) : [],
    );
  }

  /** What this installation is, as the service reads it. */
  async installation(): Promise<Installation> {
    return await Installation.read(configOf(await this.environment()));
  }

  /** Starts certified-mail in this process, by the clock as it was set before, and resolves when it is ready. */
  async service(more: Record<string, string> = {}): Promise<RunningService<PrismaClient>> {
    const running = await this.start(more);
    await running.ready;
    return running;
  }

  /** Says of a holder's one box what mailbox would say in its directory. */
  async listBox(
    { holder, box: address }: { holder: string; box: string },
    service: string,
    state: MailboxState,
    sequence: number,
  ): Promise<void> {
    const boxes = [{ box: derivedId('spec-box', address), address, service, state, partner: null }];
    await this.say(directoryRecord, holder, { holder, boxes }, inAugust, sequence);
  }

  /** Mailbox says that the shipped calendar of a service is in force. */
  async armCalendar(service: string): Promise<void> {
    await this.say(calendarArmed, service, shippedCalendar(service), inAugust);
  }

  /** The token of another service of the suite. */
  async serviceToken(service: string): Promise<string> {
    return serviceToken(this.secrets, service, this.app);
  }

  /** The session of a holder who signed in at identity: with a PIN at the trial, with a password at CEC-PAC, unless said. */
  async citizenToken(
    holder: string,
    scope: 'pin' | 'enrolment' | 'first-pin',
    { audience = 'portal', service = scope === 'enrolment' ? 'cec-pac' : 'inps-trial', purpose = sessions } = {},
  ): Promise<string> {
    const { kid, key } = new KeyRing(this.secrets, 'identity').signing(purpose);
    return await new SignJWT({ scope, service })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid })
      .setIssuer('identity')
      .setAudience(audience)
      .setSubject(holder)
      .setJti(crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime('15m')
      .sign(key);
  }
}

const sessions: KeyPurpose = 'citizen-sessions';

function configOf(environment: Record<string, string>): CertifiedMailConfig {
  const reading = parseConfig(certifiedMailConfig, environment);
  if ('faults' in reading) throw new Error(reading.faults);
  return reading.config;
}

/** The calendar of a service as the programme ships it, and as mailbox says that it is armed. */
export function shippedCalendar(service: string): DataOf<typeof calendarArmed> {
  const file = join(programmes, 'services', `${service}.json`);
  const calendar = serviceCalendar.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { service, version: 1, sha256: fingerprint(calendar), armedBy: 'programme', calendar };
}
