import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { messageNotDelivered, virusDetected } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import { eventually } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { incoherences } from './coherence.ts';
import { evidenceAbout } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { client, dataOf, factsOf, mail, quiet, submit } from './post.ts';
import { anna, comune, pcertReceipts, provincia } from './stage.ts';
import { start, twoInstallations } from './two-installations.ts';
import type { Installed } from './two-installations.ts';
import { eicar, eicarName, VirusScanner } from './virus-scanner.ts';

jest.setTimeout(90_000);

/** The citizens' providers look for no viruses, those of the public bodies do. */
let citizens: Installed;
let bodies: Installed;
let scanner: VirusScanner;
let ours: RunningService<PrismaClient>;
let theirs: RunningService<PrismaClient>;
let token: string;

beforeAll(async () => {
  scanner = await VirusScanner.start();
  ({ citizens, bodies } = await twoInstallations());
  bodies.stage.onEnd(() => scanner.remove());
  [ours, theirs] = [
    await start(citizens),
    await start({ ...bodies, settings: { ...bodies.settings, ...scanner.settings } }),
  ];
  token = await citizens.stage.citizenToken(anna.holder, 'enrolment');
}, 120_000);

afterAll(async () => {
  await citizens.stage.end();
  await bodies.stage.end();
}, 60_000);

async function write(subject: string, to: string, body?: string): Promise<string> {
  const answer = await submit(ours, token, mail(anna.box, to, [`Subject: ${subject}`], body));
  expect(answer.body.outcome).toBe('accepted');
  return answer.body.identificativo;
}

function evidence({ stage }: Installed, box: string, identificativo: string): Evidence[] {
  return evidenceAbout(identificativo, stage.store.messagesOf(box), join(stage.providers, 'authority.pem'));
}

async function allQuiet(): Promise<void> {
  for (const service of [ours, theirs, ours]) await quiet(service);
}

const erroreEsteso = `5.7.1 - Gestore PEC degli Enti - virus rilevato: ${eicarName}`;

describe('an infected envelope of another provider', () => {
  let identificativo: string;
  beforeAll(async () => {
    identificativo = await write('Con sorpresa', `${comune}, ${provincia}`, eicar);
    await allQuiet();
  });

  test('is delivered to nobody and kept aside once', async () => {
    expect([comune, provincia].flatMap((box) => bodies.stage.store.messagesOf(box))).toEqual([]);
    expect(readdirSync(join(bodies.stage.folder, 'quarantine'))).toHaveLength(1);
    const { body } = await bodies.stage.call<{ items: unknown[] }>('GET', '/quarantine', {
      as: 'operator',
      to: theirs,
    });
    expect(body.items).toMatchObject([
      { identificativo, point: 'incoming', sender: anna.box, recipients: [comune, provincia], virus: eicarName },
    ]);
  });

  test('is answered by one taking in charge, and one virus detection for each recipient to the sender’s provider', () => {
    const told = evidence(citizens, pcertReceipts, identificativo);
    const [taken, ...detections] = told.toSorted((one, other) => one.tipo.localeCompare(other.tipo));
    expect([taken?.tipo, taken?.data('ricezione')]).toEqual(['presa-in-carico', [comune, provincia]]);
    expect(detections.map(({ tipo, errore }) => [tipo, errore])).toEqual([
      ['rilevazione-virus', 'virus'],
      ['rilevazione-virus', 'virus'],
    ]);
    expect(detections.flatMap((each) => each.data('consegna')).toSorted()).toEqual([comune, provincia]);
    expect(detections.map((each) => each.field('X-Mittente'))).toEqual([anna.box, anna.box]);
    expect(detections.map(({ signedBy }) => signedBy)).toEqual(['Gestore PEC degli Enti', 'Gestore PEC degli Enti']);
  });

  test('is told to its sender by the sender’s own provider, once for each recipient', () => {
    const notices = evidence(citizens, anna.box, identificativo).filter(({ tipo }) => tipo === 'errore-consegna');
    expect(notices.map(({ errore, signedBy }) => [errore, signedBy])).toEqual([
      ['virus', 'PostaCertificat@'],
      ['virus', 'PostaCertificat@'],
    ]);
    expect(notices.flatMap((each) => each.data('consegna')).toSorted()).toEqual([comune, provincia]);
    expect(notices.map((each) => each.data('errore-esteso'))).toEqual([[erroreEsteso], [erroreEsteso]]);
    expect(notices.map((each) => each.field('X-VerificaSicurezza'))).toEqual(['errore', 'errore']);
    expect(notices.filter(({ text }) => text.includes('postacert.eml'))).toEqual([]);
  });

  test('leaves a coherent trace in both installations', async () => {
    expect(incoherences(await factsOf(ours, identificativo))).toEqual([]);
    expect((await factsOf(theirs, identificativo)).map(({ type }) => type)).toEqual([
      'envelope-arrived',
      'taken-in-charge',
      'virus-detected',
      'virus-detected',
    ]);
    expect(await dataOf(theirs, virusDetected, identificativo)).toMatchObject([
      { gestore: 'Gestore PEC degli Enti', consegna: comune, erroreEsteso },
      { gestore: 'Gestore PEC degli Enti', consegna: provincia, erroreEsteso },
    ]);
    expect(await dataOf(ours, messageNotDelivered, identificativo)).toMatchObject([
      { gestore: 'PostaCertificat@', errore: 'virus' },
      { gestore: 'PostaCertificat@', errore: 'virus' },
    ]);
    const response = await fetch(`${ours.url}/submissions/${encodeURIComponent(identificativo)}`, {
      headers: { authorization: `Bearer ${await citizens.stage.serviceToken('notification')}` },
    });
    expect(await response.json()).toMatchObject({
      state: 'concluded',
      recipients: [{ state: 'not-delivered' }, { state: 'not-delivered' }],
    });
  });
});

describe('while the other provider’s clamd cannot answer', () => {
  test('an envelope waits at ours, and is delivered once when it can', async () => {
    await scanner.kill();
    const identificativo = await write('In attesa', comune);
    const tried = `SELECT tries FROM emission WHERE identificativo = $1 AND kind = 'posta-certificata' AND state = 'due'`;
    await eventually(
      async () => {
        const [row] = await client(ours).$queryRawUnsafe<{ tries: number }[]>(tried, identificativo);
        return (row?.tries ?? 0) > 1;
      },
      { withinMs: 30_000 },
    );
    expect(await factsOf(theirs, identificativo)).toEqual([]);
    await scanner.run();
    await allQuiet();
    expect(evidence(bodies, comune, identificativo).map(({ tipo }) => tipo)).toEqual(['posta-certificata']);
    expect(incoherences(await factsOf(ours, identificativo))).toEqual([]);
  });
});
