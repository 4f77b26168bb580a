import { domainOf, isRefusal, parseCertifiedAddress } from '@recapito/primitives';
import type { CertifiedAddress, Instant } from '@recapito/primitives';
import type { Door } from '../domain/access-rights.ts';
import { ownBoxes } from '../domain/own-boxes.ts';
import { admission, admissionOfBody, admissionWithoutBox, closedToAll } from '../domain/log-in.ts';
import type { Admitted, NotAdmitted, PasswordCheck } from '../domain/log-in.ts';
import { isUndecided } from '../persistence/holder.store.ts';
import { mailboxById, mailboxByLogInName } from '../persistence/mailbox.store.ts';
import type { Mailbox } from '../persistence/mailbox.store.ts';
import type { Tx } from '../persistence/tx.ts';
import type { ArmedCalendars } from './armed-calendars.ts';

export interface AdmitLogIn {
  /** As it was typed: the full address, or the codice fiscale where the service's rule allows it. */
  readonly name: string;
  readonly secret: string;
  readonly door: Door;
  /** The address of the mail client; unknown when left out. */
  readonly client?: string | undefined;
  /** When the log-in arrived. */
  readonly at: Instant;
}

/** What identity is asked: by the holder of the box, or by the name that was typed when there is no such box. */
export type PasswordQuestion = ({ readonly holder: string } | { readonly address: string }) & {
  readonly service: string;
  readonly secret: string;
  readonly door: Door;
  readonly client?: string | undefined;
};

/** What a log-in is decided by. */
export class LogInParts {
  constructor(
    readonly calendars: ArmedCalendars,
    /** The service of each domain, for names that nobody has. */
    readonly serviceOfDomain: ReadonlyMap<string, string>,
    /** The boxes of public bodies: of those of providers nobody opens any other. */
    readonly bodies: ReadonlySet<CertifiedAddress>,
    readonly checkPassword: (question: PasswordQuestion) => Promise<PasswordCheck>,
  ) {}
}

/** Let in, and to which box; or not. */
export type LogInAnswer = (Admitted & { readonly address: CertifiedAddress }) | NotAdmitted;

/**
 * Decides a log-in: the service's calendar first, then the password, then the box as it stands after that.
 * Reads outside of any transaction, for identity is asked over the network in between.
 */
export async function admitLogIn(
  reads: Tx,
  { calendars, serviceOfDomain, bodies, checkPassword }: LogInParts,
  { name, secret, door, client, at }: AdmitLogIn,
): Promise<LogInAnswer> {
  const mailbox = await mailboxByLogInName(reads, name);
  if (mailbox !== undefined && (await isUndecided(reads, mailbox.holder))) return { outcome: 'unavailable' }; // @rule BOXES-UNDECIDED
  const service = mailbox?.service ?? serviceMeant(name, calendars, serviceOfDomain);
  if (service === undefined) return { outcome: 'wrong' };
  if (service === ownBoxes) {
    if (mailbox !== undefined && !bodies.has(mailbox.address)) return { outcome: 'wrong' };
    return await admitBody(checkPassword, mailbox, { name, secret, door, client });
  }
  const { calendar } = calendars.of(service);
  const closed = closedToAll(calendar, at);
  if (closed !== null) return { outcome: 'refused', refusal: closed };
  const asked = { service, secret, door, client };
  if (mailbox === undefined) {
    // As long and as busy as for somebody we know; and no password is right where there is no box.
    const check = await checkPassword({ address: name, ...asked });
    return admissionWithoutBox(calendar, check, at);
  }
  const check = await checkPassword({ holder: mailbox.holder, ...asked });
  // A hash takes its time, and a switch may have come meanwhile.
  const { state, address } = await mailboxById(reads, mailbox.id);
  const answer = admission(calendar, state, check, at);
  return answer.outcome === 'admitted' ? { ...answer, address } : answer;
}

/**
 * A public body opens its own box: no calendar closes it, and identity alone knows whether it has an account. A name that
 * nobody has is asked about like any other.
 * @rule BODY-LOG-IN
 */
async function admitBody(
  checkPassword: LogInParts['checkPassword'],
  mailbox: Mailbox | undefined,
  { name, secret, door, client }: Omit<AdmitLogIn, 'at'>,
): Promise<LogInAnswer> {
  const who = mailbox === undefined ? { address: name } : { holder: mailbox.holder };
  const check = await checkPassword({ ...who, service: ownBoxes, secret, door, client });
  if (check.outcome !== 'accepted') return admissionOfBody(check);
  return mailbox === undefined
    ? { outcome: 'wrong' }
    : { outcome: 'admitted', access: 'full', address: mailbox.address };
}

/** The service whose box somebody means who is not known; undefined when the name belongs to none of ours. */
function serviceMeant(
  name: string,
  calendars: ArmedCalendars,
  serviceOfDomain: ReadonlyMap<string, string>,
): string | undefined {
  if (!name.includes('@'))
    return calendars.all().find(({ addressRule }) => addressRule === 'codice-fiscale')?.calendar.service;
  const address = parseCertifiedAddress(name);
  return isRefusal(address) ? undefined : serviceOfDomain.get(domainOf(address));
}
