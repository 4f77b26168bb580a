import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { queryPlan } from '@recapito/testing';
import { holdersFound } from '../src/persistence/queries/find-holders.ts';
import {
  anna,
  annaBianchi,
  announced,
  citizen,
  firstAccessPassword,
  gianfranco,
  mario,
  otherMario,
  signedIn,
} from './people.ts';
import { august, bound, Stage } from './stage.ts';

const stage = new Stage();
const nicolo = citizen(
  {
    ...annaBianchi,
    codiceFiscale: 'DNGNCL80A01H501A',
    cognome: 'D’Àngelo',
    nome: 'Nicolò',
    sesso: 'M',
    dataNascita: '1980-01-01',
    comuneNascita: 'H501',
  },
  'nicolo.dangelo@postacertificata.gov.it',
);

beforeAll(async () => {
  await stage.open(august);
  for (const each of [mario, otherMario, anna, gianfranco, nicolo]) await announced(stage, each);
});

afterAll(() => stage.end());

interface Found {
  readonly items: { readonly id: string; readonly cognome: string; readonly nome: string }[];
  readonly next: string | null;
  readonly faults?: { readonly at: string; readonly message: string }[];
}

async function search(query: Record<string, string>, purpose: string | undefined = 'telefonata del titolare') {
  const headers: Record<string, string> = { 'accept-language': 'en', ...(purpose && { purpose }) };
  return await stage.call<Found>('GET', `/holders?${new URLSearchParams(query).toString()}`, {
    as: 'operator',
    headers,
  });
}

const idsOf = async (query: Record<string, string>) => (await search(query)).body.items.map(({ id }) => id);

// @rule HOLDER-SEARCH
describe('a search of holders', () => {
  test('finds one by codice fiscale, in lower case and with blanks around it, and says how they stand', async () => {
    expect((await search({ codiceFiscale: ' rssmra80a01h501u ' })).body).toEqual({
      items: [
        {
          id: mario.holder,
          codiceFiscale: 'RSSMRA80A01H501U',
          cognome: 'Rossi',
          nome: 'Mario',
          dataNascita: '1980-01-01',
          comuneNascita: 'H501',
          addresses: ['mario.rossi@postacertificata.gov.it', 'rssmra80a01h501u@inpspec.gov.it'],
          enrolment: { id: expect.any(String), campaign: 'inps-2010', state: 'opened', until: bound },
        },
      ],
      next: null,
    });
  });

  test.each([
    ['the surname', 'rossi', [mario, otherMario]],
    ['surname and name', 'ROSSI Mario', [mario, otherMario]],
    ['name and surname', 'mario ros', [mario, otherMario]],
    ['no accents and apostrophes', 'dangelo nicolo', [nicolo]],
    ['accents and apostrophes of another kind', "d'angelò", [nicolo]],
    ['a surname of two words', 'de lu', [gianfranco]],
    ['what is in the middle of a name', 'uca', []],
    ['a wildcard of SQL', 'r%i', []],
  ])('finds them by how a name begins: %s', async (_what, name, expected) => {
    expect((await idsOf({ name })).toSorted()).toEqual(expected.map(({ holder }) => holder).toSorted());
  });

  test('finds the holder of a box, the old one and the new one', async () => {
    expect(await idsOf({ address: 'Anna.Bianchi@postacertificata.gov.it' })).toEqual([anna.holder]);
    expect(await idsOf({ address: anna.inpsAddress })).toEqual([anna.holder]);
    expect(await idsOf({ address: 'nessuno@postacertificata.gov.it' })).toEqual([]);
  });

  test('is read page by page, and a page of another name is no place to go on', async () => {
    const first = (await search({ name: 'rossi', limit: '1' })).body;
    const after = first.next ?? '';
    const second = (await search({ name: 'rossi', limit: '1', after })).body;
    const seen = [...first.items, ...second.items].map(({ id }) => id);
    expect(seen.toSorted()).toEqual([mario.holder, otherMario.holder].toSorted());
    expect(second.next).toBeNull();
    expect((await search({ name: 'bianchi', limit: '1', after })).body.faults).toEqual([
      { at: 'query.after', message: 'is where a page with other filters ends: begin again at the first page' },
    ]);
  });

  // @rule SEARCH-TEXT
  test.each([
    [{ name: 'ros\u200bsi' }, 'query.name', 'has characters that nobody sees: U+200B'],
    [{ name: 'rossi\u202e oiram' }, 'query.name', 'has characters that nobody sees: U+202E'],
    [{ name: ' \u200b ' }, 'query.name', 'is empty'],
    [{ name: 'r' }, 'query.name', 'at least two letters are needed'],
    [{ name: 'ro\0ssi' }, 'query.name', 'has a character that no text has'],
    [{ name: 'x'.repeat(201) }, 'query.name', 'Too big: expected string to have <=200 characters'],
    [{ codiceFiscale: 'RSSMRA80A01H501X' }, 'query.codiceFiscale', expect.stringContaining('The last letter')],
    [{ address: 'mario' }, 'query.address', expect.any(String)],
    [{}, 'query.name', 'one of codiceFiscale, name and address is needed'],
    [{ name: 'rossi', address: 'a@pec.example' }, 'query.name', 'one of codiceFiscale, name and address is needed'],
    [{ name: 'rossi', limit: '201' }, 'query.limit', 'Too big: expected number to be <=200'],
  ])('that is no search is told so: %j', async (query, at, message) => {
    const { status, body } = await search(query);
    expect(status).toBe(400);
    expect(body.faults).toContainEqual({ at, message });
  });

  // @rule PURPOSE-ASKED
  test('needs a purpose, and is a fact with its filter before anything is shown', async () => {
    expect((await search({ name: 'bianchi' }, '')).status).toBe(400);
    expect((await search({ name: 'bianchi' }, Buffer.from('per\u202e gioco').toString('latin1'))).status).toBe(400);
    await search({ name: 'bianchi' }, 'reclamo 12');
    const rows = await stage.client.$queryRaw<{ value: string }[]>`
      SELECT value FROM outbox WHERE topic LIKE '%identity.readings.v1' AND type = 'data-read' ORDER BY seq DESC LIMIT 1`;
    expect(JSON.parse(rows[0]?.value ?? '')).toMatchObject({
      caller: 'operator',
      act: 'search-holders',
      subject: '/holders?name=bianchi',
      purpose: 'reclamo 12',
    });
  });
});

describe('how a holder stands', () => {
  const overview = async (id: string, headers: Record<string, string>) =>
    await stage.call('GET', `/holders/${id}/overview`, { as: 'operator', headers });

  test('is shown with boxes, enrolments, PINs and blocks, and contacts that cannot be used', async () => {
    await signedIn(stage, mario.userId, await firstAccessPassword(stage, await announced(stage, mario)));
    for (let time = 0; time < 5; time += 1) await signedIn(stage, mario.userId, `sbagliata-${time}`, '198.51.100.9');
    const { status, body } = await overview(mario.holder, { purpose: 'telefonata' });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        id: mario.holder,
        codiceFiscale: 'RSSMRA80A01H501U',
        cognome: 'Rossi',
        nome: 'Mario',
        sesso: 'M',
        dataNascita: '1980-01-01',
        comuneNascita: 'H501',
        registeredAt: august,
        emailOrdinaria: null,
        cellulare: '•••001',
        indirizzo: '•••, 00100 Roma',
        boxes: [
          { address: 'mario.rossi@postacertificata.gov.it', service: 'cec-pac', openedAt: null },
          { address: 'rssmra80a01h501u@inpspec.gov.it', service: 'inps-trial', openedAt: null },
        ],
        enrolments: [
          {
            id: expect.any(String),
            move: mario.move.move,
            campaign: 'inps-2010',
            service: 'cec-pac',
            state: 'signed-in',
            until: bound,
            generation: 1,
            openedAt: august,
            givenAt: august,
            confirmedAt: null,
            voidedAt: null,
            switchedAt: null,
            passwordLost: false,
          },
        ],
        pins: [{ id: expect.any(String), service: 'inps-trial', state: 'initial', issuedAt: august, changedAt: null }],
        recognitions: [{ origin: 'inps', office: 'INPS Roma Centro', operator: 'OP-17', date: '2010-03-10' }],
        blocks: [{ keepsOut: 'one-source', from: august, until: august + 24 * 3_600_000 }],
      },
    });
  });

  // @rule PURPOSE-ASKED
  test('needs a purpose, and is a fact that names the holder', async () => {
    expect((await overview(anna.holder, {})).status).toBe(400);
    await overview(anna.holder, { purpose: Buffer.from('è in linea').toString('latin1') });
    expect((await stage.told('identity.readings.v1', 'operator')).at(-1)).toMatchObject({
      type: 'personal-data-read',
      data: { holder: anna.holder, what: 'person', purpose: 'è in linea' },
    });
    expect((await overview(mario.move.move, { purpose: 'telefonata' })).status).toBe(404);
  });
});

describe('names as they are looked for', () => {
  test.each([
    ['Łukasz', 'lukasz'],
    ['ŁUKASZ', 'lukasz'],
    ['Þór', 'thor'],
    ['Weiß', 'weiss'],
    ['Ðorđe', 'dorde'],
    ['Æsa Œll', 'aesaoell'],
    ['Işıl', 'isil'],
    ['Niccolò D’Àngelo-Öst', 'niccolodangeloost'],
    ['Nin\u0303o', 'nino'],
    ['ŋĸəǝɛɔɓɖɗƒɠɣǥɦɨɩƙƚɲɵƥɍƭʈʉʊʋƴɏƶʒøħŧ', 'nkeeeobddfggghiiklnoprttuuvyyzzoht'],
    ['Ольга', 'ольга'],
  ])('are letters and digits alone, as an address would have them: %s', async (name, form) => {
    const rows = await stage.client.$queryRaw`SELECT name_form(${name}) AS form`;
    expect(rows).toEqual([{ form }]);
  });

  const populated = 'are found by two ranges of an index among 50,000, not by looking at everybody';
  test(populated, async () => {
    await stage.client.$executeRaw`
      INSERT INTO holder (id, codice_fiscale, cognome, nome, sesso, data_nascita, comune_nascita, registered_at)
      SELECT gen_random_uuid(), 'X' || n, 'Cognome' || n, 'Nome' || n % 1000, 'M', '1980-01-01', 'H501', now()
      FROM generate_series(1, 50000) AS n`;
    const search = holdersFound({ by: 'name', name: 'cognome4', after: undefined }, 51);
    const plan = await queryPlan((await stage.database()).migratorUrl, search);
    expect(plan).toContain('Index Scan holder_surname_first');
    expect(plan).toContain('Index Scan holder_name_first');
    expect(plan).not.toContain('Seq Scan holder');
  });
});
