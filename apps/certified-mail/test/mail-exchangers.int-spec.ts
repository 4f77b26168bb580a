import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import { incoherences } from './coherence.ts';
import { evidenceAbout } from './evidence.ts';
import { NameServer } from './name-server.ts';
import { client, factsOf, quiet } from './post.ts';
import { anna, comune, provincia } from './stage.ts';
import { TwoAtWork } from './two-installations.ts';

/** Domains of one provider of public bodies, which the citizens' installation finds by DNS alone. */
const [domain, other] = ['pec.comune.borgovento.example', 'pec.provincia.valchiara.example'];

let two: TwoAtWork;
let names: NameServer;

beforeAll(async () => {
  names = await NameServer.open();
  two = await TwoAtWork.begin(({ bodies }) => ({
    citizens: {
      RECAPITO_ROUTES: '',
      RECAPITO_DNS: names.address,
      RECAPITO_MX_PORT: String(bodies.port),
      RECAPITO_OWN_EXCHANGERS: 'mx.cittadini.example',
    },
  }));
  names.names.set('mx.gestore-enti.example', { a: ['127.0.0.1'] });
});

afterAll(async () => {
  await two.end();
  names.close();
});

/** What Anna was told of the recipients that her message did not reach. */
async function notices(identificativo: string) {
  await quiet(two.ours);
  const { stage } = two.citizens;
  const told = evidenceAbout(identificativo, stage.store.messagesOf(anna.box), join(stage.providers, 'authority.pem'));
  return told
    .filter(({ tipo }) => tipo === 'errore-consegna')
    .map((each) => ({ errore: each.errore, consegna: each.data('consegna'), esteso: each.data('errore-esteso') }));
}

/** Waits until an envelope of ours has been tried so often and still waits. */
async function waits(identificativo: string, tries = 1): Promise<void> {
  const due = `SELECT tries FROM emission WHERE identificativo = $1 AND kind = 'posta-certificata' AND state = 'due'`;
  await eventually(async () => {
    const [row] = await client(two.ours).$queryRawUnsafe<{ tries: number }[]>(due, identificativo);
    return (row?.tries ?? 0) > tries;
  });
}

async function arrived(identificativo: string, subject: string): Promise<void> {
  await two.quiet();
  expect(two.received(two.bodies, comune, `POSTA CERTIFICATA: ${subject}`)).toBe(1);
  expect(two.received(two.citizens, anna.box, `CONSEGNA: ${subject}`)).toBe(1);
  expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
}

describe('a provider to which no route leads', () => {
  test('is reached at the first host of the domain that is there, and its receipts come back', async () => {
    names.names.set(domain, {
      mx: [
        [10, 'spento.gestore-enti.example'],
        [20, 'mx.gestore-enti.example'],
      ],
    });
    names.names.set('spento.gestore-enti.example', { a: ['127.0.0.9'] });
    await arrived(await two.write('Al secondo'), 'Al secondo');
  });

  test('is reached at the domain itself where that has no MX record', async () => {
    names.names.set(domain, { a: ['127.0.0.1'] });
    await arrived(await two.write('Al dominio'), 'Al dominio');
  });

  test('is waited for while DNS cannot say where it is', async () => {
    names.names.set(domain, 'servfail');
    const identificativo = await two.write('In attesa del DNS');
    await waits(identificativo);
    expect((await factsOf(two.ours, identificativo)).map(({ type }) => type)).not.toContain('message-not-delivered');
    names.names.set(domain, { mx: [[10, 'mx.gestore-enti.example']] });
    await arrived(identificativo, 'In attesa del DNS');
  });

  test('is not sought at our own door: what its domain would bring back to us waits', async () => {
    names.names.set(domain, { mx: [[10, 'mx.cittadini.example']] });
    names.names.set('mx.cittadini.example', { a: ['127.0.0.1'] });
    const identificativo = await two.write('A noi stessi');
    await waits(identificativo);
    expect(await factsOf(two.theirs, identificativo)).toEqual([]);
    names.names.set(domain, { mx: [[10, 'mx.gestore-enti.example']] });
    await arrived(identificativo, 'A noi stessi');
  });

  test('gets what is for its other domains when one of them takes no mail, and the sender is told of that one', async () => {
    names.names.set(other, { mx: [[0, '.']] });
    const identificativo = await two.write('A due domini', `${comune}, ${provincia}`);
    await two.quiet();
    expect(await notices(identificativo)).toEqual([
      {
        errore: 'no-dominio',
        consegna: [provincia],
        esteso: [`5.1.10 - Gestore PEC degli Enti - il dominio ${other} dichiara di non ricevere posta`],
      },
    ]);
    await arrived(identificativo, 'A due domini');
  });

  test('does not get what is for a domain that does not exist, and the sender is told', async () => {
    names.names.delete(other);
    const identificativo = await two.write('A nessun dominio', provincia);
    expect(await notices(identificativo)).toEqual([
      {
        errore: 'no-dominio',
        consegna: [provincia],
        esteso: [`5.1.2 - Gestore PEC degli Enti - il dominio ${other} non esiste o non riceve posta`],
      },
    ]);
    expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
  });
});
