import { afterAll, expect } from '@jest/globals';
import { holderRegistered, movePlanned } from '@recapito/contracts';
import { KeyRing } from '@recapito/platform';
import { derivedId } from '@recapito/primitives';
import {
  consumerSuite,
  finishedFacts,
  healthSuite,
  idleSuite,
  migrationsSuite,
  oddRecordsSuite,
  oddRequestsSuite,
  outboxSuite,
} from '@recapito/testing/suites';
import { CitizenSessions } from '../src/sessions/citizen-sessions.ts';
import {
  announced,
  annaBianchi,
  citizen,
  gianfrancoDeLuca,
  marioRossi,
  marioRossiOfMilan,
  marioRossiOmocode,
} from './people.ts';
import { august, Stage } from './stage.ts';

const stage = new Stage();
afterAll(() => stage.end());

outboxSuite(stage, {
  at: august,
  definition: holderRegistered,
  data: { holder: derivedId('spec-holder', 'any'), move: derivedId('spec-move', 'any') },
});

const persons = [marioRossi, marioRossiOmocode, annaBianchi, gianfrancoDeLuca, marioRossiOfMilan];

consumerSuite(stage, {
  at: august,
  definition: movePlanned,
  data: (nth) => citizen(persons[nth - 1] ?? marioRossi, 'mario.rossi@postacertificata.gov.it').move,
  effects: () => stage.client.holder.count(),
  each: 1,
  table: 'holder',
});

migrationsSuite(stage, {
  readBack: async (client) => {
    const holder = await client.holder.findUnique({
      where: { codiceFiscale: 'RSSMRA80A01H501U' },
      include: { recognitions: true, enrolments: { include: { terms: true } }, pins: true },
    });
    expect(holder).toMatchObject({
      cognome: 'Rossi',
      nome: 'Mario',
      recognitions: [{ origin: 'inps', office: 'INPS Roma Centro', operator: 'OP-17' }],
      enrolments: [
        {
          campaign: 'inps-2010',
          state: 'confirmed',
          generation: 1,
          terms: [
            { language: 'it', version: '2010-08-01' },
            { language: 'it', version: '2010-08-01' },
          ],
        },
      ],
      pins: [{ service: 'inps-trial', state: 'initial' }],
    });
  },
});

healthSuite('identity', () => stage.open(august));

oddRequestsSuite(stage, {
  at: august,
  people: async () => {
    const sessions = new CitizenSessions(new KeyRing(stage.secrets, 'identity'));
    const anna = citizen(annaBianchi, 'anna.bianchi@postacertificata.gov.it');
    const enrolment = { id: await announced(stage, anna), generation: 1 };
    const mario = citizen(marioRossi, 'mario.rossi@postacertificata.gov.it');
    const gianfranco = citizen(gianfrancoDeLuca, 'gianfranco.deluca@postacertificata.gov.it');
    for (const each of [mario, gianfranco]) await announced(stage, each);
    // Each of another holder: one may end the others of its own.
    return await Promise.all([
      sessions.issue({ holder: mario.holder, scope: 'first-pin', service: 'inps-trial', enrolment: null }),
      sessions.issue({ holder: gianfranco.holder, scope: 'pin', service: 'inps-trial', enrolment: null }),
      sessions.issue({ holder: anna.holder, scope: 'enrolment', service: 'cec-pac', enrolment }),
    ]);
  },
});

idleSuite(stage, { at: august, transactionsAMinute: 450 });

oddRecordsSuite(stage, { at: august, finished: finishedFacts });
