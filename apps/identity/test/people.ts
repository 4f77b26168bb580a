import { addressReserved, movePlanned } from '@recapito/contracts';
import type { DataOf } from '@recapito/contracts';
import { derivedId } from '@recapito/primitives';
import { eventually } from '@recapito/testing';
import { august, bound } from './stage.ts';
import type { Answer, Stage } from './stage.ts';

/** A fictional person of the cohort, and what the other services say of them. */
export interface Citizen {
  readonly holder: string;
  readonly codiceFiscale: string;
  readonly inpsAddress: string;
  /** The user id of the announcement. */
  readonly userId: string;
  readonly move: DataOf<typeof movePlanned>;
}

type Person = DataOf<typeof movePlanned>['person'];

export const marioRossi: Person = {
  codiceFiscale: 'RSSMRA80A01H501U',
  cognome: 'Rossi',
  nome: 'Mario',
  sesso: 'M',
  dataNascita: '1980-01-01',
  comuneNascita: 'H501',
  cellulare: '+393330000001',
  indirizzo: 'Via delle Prove 1, 00100 Roma',
};

/** Another Mario Rossi of the same day and place: the tax office told them apart by one letter. */
export const marioRossiOmocode: Person = {
  ...marioRossi,
  codiceFiscale: 'RSSMRA80A01H50MM',
  cellulare: '+393330000002',
};

export const annaBianchi: Person = {
  codiceFiscale: 'BNCNNA85T71F205P',
  cognome: 'Bianchi',
  nome: 'Anna',
  sesso: 'F',
  dataNascita: '1985-12-31',
  comuneNascita: 'F205',
  emailOrdinaria: 'anna@posta.example',
};

export const gianfrancoDeLuca: Person = {
  codiceFiscale: 'DLCGFR75L15A944D',
  cognome: 'De Luca',
  nome: 'Gianfranco',
  sesso: 'M',
  dataNascita: '1975-07-15',
  comuneNascita: 'A944',
};

/** A third Mario Rossi, ten years older and of another place. */
export const marioRossiOfMilan: Person = {
  ...marioRossi,
  codiceFiscale: 'RSSMRA70A01F205V',
  dataNascita: '1970-01-01',
  comuneNascita: 'F205',
};

/** A citizen with a move of their own; the same person and campaign give the same ids. */
export function citizen(person: Person, userId: string, campaign = 'inps-2010'): Citizen {
  const holder = derivedId('holder-of-spec', person.codiceFiscale);
  const inpsAddress = `${person.codiceFiscale.toLowerCase()}@inpspec.gov.it`;
  return {
    holder,
    codiceFiscale: person.codiceFiscale,
    inpsAddress,
    userId,
    move: {
      move: derivedId('move-of-spec', campaign, person.codiceFiscale),
      campaign,
      holder,
      row: 1,
      person,
      recognition: { origin: 'inps', office: 'INPS Roma Centro', operator: 'OP-17', date: '2010-03-10' },
      source: { service: 'inps-trial', address: inpsAddress },
      target: { service: 'cec-pac', domain: 'postacertificata.gov.it' },
      until: bound,
    },
  };
}

export const mario = citizen(marioRossi, 'mario.rossi@postacertificata.gov.it');
export const otherMario = citizen(marioRossiOmocode, 'mario.rossi2@postacertificata.gov.it');
export const anna = citizen(annaBianchi, 'anna.bianchi@postacertificata.gov.it');
export const gianfranco = citizen(gianfrancoDeLuca, 'gianfranco.deluca@postacertificata.gov.it');

/** Migration plans the move and mailbox keeps the address. @returns the enrolment's id. */
export async function announced(stage: Stage, who: Citizen): Promise<string> {
  const { holder, userId } = who;
  const { move } = who.move;
  await stage.plan(who.move);
  await stage.reserve({ box: derivedId('box-of-spec', userId), holder, address: userId, service: 'cec-pac', move });
  return derivedId('enrolment', move);
}

/** `announced` for a spec that starts identity several times: what is waited for stands in the database. */
export async function planned(stage: Stage, who: Citizen): Promise<void> {
  const { holder, userId, move } = who;
  await stage.say(movePlanned, holder, move, august);
  const box = { box: derivedId('box-of-spec', userId), holder, address: userId, service: 'cec-pac', move: move.move };
  await stage.say(addressReserved, holder, box, august);
  await known(stage, who);
}

/** Waits until identity knows the enrolment of a citizen, and the address. */
export async function known(stage: Stage, { holder, userId }: Citizen): Promise<void> {
  await eventually(async () => {
    const [enrolments, addresses] = [
      await stage.client.enrolment.count({ where: { holderId: holder } }),
      await stage.client.loginAddress.count({ where: { address: userId } }),
    ];
    return enrolments === 1 && addresses === 1;
  });
}

/** Notification takes the first-access password to write the announcement. */
export async function firstAccessPassword(stage: Stage, enrolment: string, generation = 1): Promise<string> {
  const path = `/enrolments/${enrolment}/first-access-password`;
  const { status, body } = await stage.call<{ password: string }>('POST', path, {
    as: 'notification',
    body: { generation },
  });
  if (status !== 200) throw new Error(`no first-access password: ${JSON.stringify(body)}`);
  return body.password;
}

/** The sixteen characters of a first PIN, as its holder puts them together from two channels. */
export async function firstPin(stage: Stage, holder: string): Promise<string> {
  const pin = derivedId('pin', holder, 'inps-trial');
  const half = async (number: 1 | 2) =>
    (await stage.call<{ characters: string }>('GET', `/pins/${pin}/halves/${number}`, { as: 'notification' })).body
      .characters;
  return `${await half(1)}${await half(2)}`;
}

export interface SessionBody {
  /** The code of a refusal, which has nothing of the rest. */
  readonly type?: string;
  readonly token: string;
  readonly holder: string;
  readonly scope: string;
  readonly expiresInSeconds: number;
  readonly enrolment: { readonly enrolment: string; readonly state: string; readonly next: string | null } | null;
}

/** @param from the address from which somebody comes, as a proxy before identity says it */
export async function signedIn(
  stage: Stage,
  user: string,
  secret: string,
  from = '192.0.2.1',
): Promise<Answer<SessionBody>> {
  const headers = { 'x-forwarded-for': from };
  return await stage.call<SessionBody>('POST', '/sessions', { body: { user, secret }, headers });
}

export const goodPassword = 'gelsomino-in-fiore-7';

/** The body of each step, as a citizen who reads and understands would send it. */
export async function stepBodies(stage: Stage): Promise<Record<string, unknown>> {
  const { body } = await stage.call<{
    items: { document: string; version: string; language: string; sha256: string }[];
  }>('GET', '/terms');
  const accepted = body.items
    .filter(({ language }) => language === 'it')
    .map(({ document, version, sha256 }) => ({ document, version, sha256 }));
  return {
    password: { password: goodPassword },
    terms: { accepted },
    'security-answers': {
      answers: [
        { question: 'libro', answer: 'Il barone rampante' },
        { question: 'vacanza', answer: 'Sant’Agata' },
        { question: 'piatto-festa', answer: 'Lasagne' },
      ],
    },
    confirmation: undefined,
  };
}

export const laterSteps = ['password', 'terms', 'security-answers', 'confirmation'] as const;

export async function step(
  stage: Stage,
  enrolment: string,
  token: string,
  name: (typeof laterSteps)[number],
): Promise<Answer> {
  const bodies = await stepBodies(stage);
  return await stage.call('PUT', `/enrolments/${enrolment}/${name}`, { token, body: bodies[name] });
}
