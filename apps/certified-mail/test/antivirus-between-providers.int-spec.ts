import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { messageNotDelivered, virusDetected } from '@recapito/contracts';
import { eicar, eicarName, eventually, VirusScanner } from '@recapito/testing';
import { incoherences } from './coherence.ts';
import { evidenceAbout } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { client, dataOf, factsOf } from './post.ts';
import { anna, comune, pcertReceipts, provincia } from './stage.ts';
import { TwoAtWork } from './two-installations.ts';
import type { Installed } from './two-installations.ts';

/** The citizens' providers look for no viruses, those of the public bodies do. */
let two: TwoAtWork;
let citizens: Installed;
let bodies: Installed;
let scanner: VirusScanner;

beforeAll(async () => {
  scanner = await VirusScanner.start();
  two = await TwoAtWork.begin(() => ({ bodies: scanner.settings }));
  ({ citizens, bodies } = two);
  bodies.stage.onEnd(() => scanner.remove());
});

afterAll(() => two.end(), 60_000);

function evidence({ stage }: Installed, box: string, identificativo: string): Evidence[] {
  return evidenceAbout(identificativo, stage.store.messagesOf(box), join(stage.providers, 'authority.pem'));
}

const erroreEsteso = `5.7.1 - Gestore PEC degli Enti - virus rilevato: ${eicarName}`;

describe('an infected envelope of another provider', () => {
  let identificativo: string;
  beforeAll(async () => {
    identificativo = await two.write('Con sorpresa', `${comune}, ${provincia}`, eicar);
    await two.quiet();
  });

  // @rule VIRUS-DETECTED
  test('is delivered to nobody and kept aside once', async () => {
    expect([comune, provincia].flatMap((box) => bodies.stage.store.messagesOf(box))).toEqual([]);
    expect(readdirSync(join(bodies.stage.folder, 'quarantine'))).toHaveLength(1);
    const { body } = await bodies.stage.call<{ items: unknown[] }>('GET', '/quarantine', {
      as: 'operator',
      to: two.theirs,
    });
    expect(body.items).toMatchObject([
      { identificativo, point: 'incoming', sender: anna.box, recipients: [comune, provincia], virus: eicarName },
    ]);
  });

  // @rule VIRUS-DETECTED
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

  // @rule VIRUS-TOLD-SENDER
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
    expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
    expect((await factsOf(two.theirs, identificativo)).map(({ type }) => type)).toEqual([
      'envelope-arrived',
      'taken-in-charge',
      'virus-detected',
      'virus-detected',
    ]);
    expect(await dataOf(two.theirs, virusDetected, identificativo)).toMatchObject([
      { gestore: 'Gestore PEC degli Enti', consegna: comune, erroreEsteso },
      { gestore: 'Gestore PEC degli Enti', consegna: provincia, erroreEsteso },
    ]);
    expect(await dataOf(two.ours, messageNotDelivered, identificativo)).toMatchObject([
      { gestore: 'PostaCertificat@', errore: 'virus' },
      { gestore: 'PostaCertificat@', errore: 'virus' },
    ]);
    const response = await fetch(`${two.ours.url}/submissions/${encodeURIComponent(identificativo)}`, {
      headers: { authorization: `Bearer ${await citizens.stage.tokenOf('operator')}` },
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
    const identificativo = await two.write('In attesa', comune);
    const tried = `SELECT tries FROM emission WHERE identificativo = $1 AND kind = 'posta-certificata' AND state = 'due'`;
    await eventually(async () => {
      const [row] = await client(two.ours).$queryRawUnsafe<{ tries: number }[]>(tried, identificativo);
      return (row?.tries ?? 0) > 1;
    });
    expect(await factsOf(two.theirs, identificativo)).toEqual([]);
    await scanner.run();
    await two.quiet();
    expect(evidence(bodies, comune, identificativo).map(({ tipo }) => tipo)).toEqual(['posta-certificata']);
    expect(incoherences(await factsOf(two.ours, identificativo))).toEqual([]);
  });
});
