import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { after } from '@recapito/primitives';
import { Deadlines } from '../src/jobs/deadlines.ts';
import { HoldStage } from './hold-stage.ts';
import { factsOf, mail, quiet } from './post.ts';
import { anna, comune, inAugust } from './stage.ts';

const held = new HoldStage();
const { stage } = held;

beforeAll(() => held.set(), 90_000);
afterAll(() => stage.end());

describe('a box that an operator holds', () => {
  const reason = 'segnalazione di un destinatario';
  let identificativo: string;

  test('is held under the operator’s name, once', async () => {
    held.network = 'is-cut';
    const { body } = await held.write(anna.holder, 'enrolment', mail(anna.box, comune, ['Subject: Da restituire']));
    identificativo = body.identificativo;
    const box = anna.box.toUpperCase();
    const made = await held.desk.hold(held.desk.maria, { box, reason }, 'mano');
    expect(made.status).toBe(201);
    expect((await held.desk.hold(held.desk.maria, { box, reason }, 'mano')).body).toEqual(made.body);
    expect((await held.desk.holdOf(anna.box)).cause).toEqual({ kind: 'operator', operator: 'maria.bianchi', reason });
    expect((await held.desk.hold(held.desk.luca, { box, reason })).body.type).toBe('hold/held-already');
  });

  test('when it is nobody’s, that is said', async () => {
    for (const box of ['nessuno@postacertificata.gov.it', comune]) {
      const { status, body } = await held.desk.hold(held.desk.maria, { box, reason });
      expect({ status, type: body.type }).toEqual({ status: 404, type: 'hold/no-box' });
    }
  });

  test('gives back what was held when two persons want it so: its holder gets the notice of non-delivery', async () => {
    await held.desk.release(anna.box, 'return');
    await quiet(held.service);
    expect(held.inBox(comune, 'POSTA CERTIFICATA: Da restituire')).toBe(0);
    expect(held.inBox(anna.box, 'AVVISO DI MANCATA CONSEGNA: Da restituire')).toBe(1);
    const [failed] = (await factsOf(held.service, identificativo)).filter(
      ({ type }) => type === 'message-not-delivered',
    );
    expect(failed?.data['erroreEsteso']).toMatch(/restituito dal gestore del mittente/);
  });
});

describe('time goes on for what is held', () => {
  test('its sender is told after twelve and twenty-four hours, and it leaves no more when it is released after that', async () => {
    held.network = 'is-cut';
    const { body } = await held.write(anna.holder, 'enrolment', mail(anna.box, comune, ['Subject: Troppo tardi']));
    await held.desk.hold(held.desk.maria, { box: anna.box, reason: 'verifica in corso' });
    await held.inNobodysHand(anna.box);
    held.network = 'brings';
    await stage.setClock(after(inAugust, 25 * 3_600_000));
    await held.service.app.get(Deadlines).run();
    await held.desk.release(anna.box, 'send');
    await quiet(held.service);
    expect(held.inBox(comune, 'POSTA CERTIFICATA: Troppo tardi')).toBe(0);
    const limits = (await factsOf(held.service, body.identificativo)).filter(
      ({ type }) => type === 'time-limit-passed',
    );
    expect(limits.map(({ data }) => data['limit'])).toEqual(['twelve-hours', 'twenty-four-hours']);
  });
});
