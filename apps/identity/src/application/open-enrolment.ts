import { enrolmentOf, enrolmentOpened, holderRecognised, holderRegistered, pinIssued } from '@recapito/contracts';
import type { DataOf, movePlanned } from '@recapito/contracts';
import {
  derivedId,
  isRefusal,
  parseCodiceFiscale,
  parseRomeDay,
  refuse,
  verifyCodiceFiscale,
} from '@recapito/primitives';
import type { CodiceFiscale, Instant, Refusal } from '@recapito/primitives';
import { pinChannels } from '../domain/pin.ts';
import { addEnrolment } from '../persistence/enrolment.store.ts';
import { forgottenKey } from '../persistence/forgotten.store.ts';
import { addHolder, addRecognition, findHolder, lockHolder, tellOfHolder } from '../persistence/holder.store.ts';
import type { Person } from '../persistence/holder.store.ts';
import { addLoginAddress } from '../persistence/login-address.store.ts';
import { addPin } from '../persistence/pin.store.ts';
import type { Tx } from '../persistence/tx.ts';
import { rebuildAwaiting } from './rebuild-facts.ts';

/** A planned move is read again after a restore, and may have led to the same facts before. */
const again = { again: true };

/** A move that migration has planned, at the suite instant of hearing of it. */
export type OpenEnrolment = DataOf<typeof movePlanned> & { readonly at: Instant };

export type OpenEnrolmentRefusal = Refusal<'holder/codice-fiscale' | 'holder/other-person'>;

/**
 * What identity does when a move is planned: registers the person with the evidence of who recognised them, issues
 * their PIN, opens the enrolment. The same move again changes nothing; what the holder has already is not made twice.
 * Refusals (the fact is kept as a dead letter): `holder/codice-fiscale` when it does not agree with the person,
 * `holder/other-person` when the id already names another.
 */
export async function openEnrolment(
  tx: Tx,
  command: OpenEnrolment,
  newestKey: string,
): Promise<'opened' | 'known' | OpenEnrolmentRefusal> {
  const { move, campaign, holder, at } = command;
  const person = verifiedPerson(command.person);
  if (isRefusal(person)) return person;
  const isNew = await addHolder(tx, holder, person, at);
  await lockHolder(tx, holder);
  if (!isNew && (await findHolder(tx, holder))?.codiceFiscale !== person.codiceFiscale) return otherPerson();

  const enrolment = enrolmentOf(move);
  const { service } = command.target;
  const keyId = await keyFor(tx, command, enrolmentOpened, { enrolment }, newestKey);
  const row = { id: enrolment, move, campaign, holder, service, until: command.until, keyId };
  const opened = await addEnrolment(tx, row, at);
  if (!opened) return 'known';
  if (isNew) await tellOfHolder(tx, holderRegistered, at, { holder, move }, again);
  await recognise(tx, command);
  await addLoginAddress(tx, { ...command.source, holder }, at);
  await issuePin(tx, command, person, newestKey);
  const first = { holder, enrolment, move, campaign, target: service, generation: 1, until: command.until };
  const told = { ...first, ...(keyId !== null && { keyId }) };
  await tellOfHolder(tx, enrolmentOpened, at, told, again);
  await rebuildAwaiting(tx, holder);
  return 'opened';
}

/**
 * Carries over who looked the holder in the face, and where this was said.
 * @rule INPS-RECOGNITION
 */
async function recognise(tx: Tx, { holder, move, recognition, at }: OpenEnrolment): Promise<void> {
  const { origin, office, operator, date } = recognition;
  const id = derivedId('recognition', holder, origin, office, operator, date);
  const evidence = { id, holder, move, origin, office, operator, date, level: 'consistent' as const };
  if (await addRecognition(tx, evidence, at))
    await tellOfHolder(tx, holderRecognised, at, { holder, origin, office, operator, date }, again);
}

/**
 * One PIN for each holder and service, however many moves are planned for them.
 * @rule INPS-PIN-ISSUED
 */
async function issuePin(tx: Tx, command: OpenEnrolment, person: Person, newestKey: string): Promise<void> {
  const { holder, source, at } = command;
  const pin = derivedId('pin', holder, source.service);
  const [first, second] = pinChannels(person);
  const keyId = await keyFor(tx, command, pinIssued, { pin }, newestKey);
  if (!(await addPin(tx, { id: pin, holder, service: source.service, channels: [first, second], keyId }, at))) return;
  const halves: DataOf<typeof pinIssued>['halves'] = [
    { half: 1, channel: first },
    { half: 2, channel: second },
  ];
  await tellOfHolder(tx, pinIssued, at, { holder, pin, halves, ...(keyId !== null && { keyId }) }, again);
}

/** The key by which a secret is made: the newest, or that by which it was made before the database was put back. */
async function keyFor(
  tx: Tx,
  { holder }: OpenEnrolment,
  event: Parameters<typeof forgottenKey>[2],
  about: Parameters<typeof forgottenKey>[3],
  newestKey: string,
): Promise<string | null> {
  const before = await forgottenKey(tx, holder, event, about);
  return before === undefined ? newestKey : before;
}

function verifiedPerson(declared: OpenEnrolment['person']): Person | OpenEnrolmentRefusal {
  const codiceFiscale = parseCodiceFiscale(declared.codiceFiscale);
  const birthDate = parseRomeDay(declared.dataNascita);
  if (isRefusal(codiceFiscale) || isRefusal(birthDate)) return inconsistent();
  const { cognome: surname, nome: name, sesso: sex, comuneNascita: birthplace } = declared;
  const verified = verifyCodiceFiscale(codiceFiscale, { surname, name, sex, birthDate, birthplace });
  return isRefusal(verified) ? inconsistent() : personOf(declared, codiceFiscale);
}

function personOf(declared: OpenEnrolment['person'], codiceFiscale: CodiceFiscale): Person {
  const { cognome, nome, sesso, dataNascita, comuneNascita } = declared;
  return {
    codiceFiscale,
    cognome,
    nome,
    sesso,
    dataNascita,
    comuneNascita,
    emailOrdinaria: present(declared.emailOrdinaria),
    cellulare: present(declared.cellulare),
    indirizzo: present(declared.indirizzo),
  };
}

function present(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text.trim();
}

function inconsistent(): OpenEnrolmentRefusal {
  return refuse('holder/codice-fiscale', 'HOLDER-CONSISTENT', {
    it: 'Il codice fiscale non corrisponde ai dati della persona: il titolare non viene registrato.',
    en: 'The codice fiscale does not agree with the person: the holder is not registered.',
  });
}

function otherPerson(): OpenEnrolmentRefusal {
  return refuse('holder/other-person', 'HOLDER-CONSISTENT', {
    it: 'L’identificativo del titolare appartiene già a un’altra persona.',
    en: 'The id of the holder belongs to another person already.',
  });
}
