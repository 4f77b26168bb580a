import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { Agenda } from './agenda.ts';
import { Conductor, NeverQuiet } from './conductor.ts';
import { SuiteServices } from './suite-services.ts';
import type { ServiceState } from './suite-services.ts';
import { answerJson, smallDoor } from './test/small-door.ts';
import type { SmallDoor } from './test/small-door.ts';

/** A service in small: it shows the clock it was told, and does its due work when that is due. */
class SmallService {
  state: ServiceState = {
    clock: { instant: instant(0), rate: 0 },
    earliestDue: null,
    inWork: 0,
    outboxPending: 0,
    consumersLag: 0,
    counters: {},
  };
  /** What happens at each further look, before it is answered. */
  readonly onLook: (() => void)[] = [];
  /** For each look, whether the broker was to be asked. */
  readonly looks: ('known' | 'asked')[] = [];

  say(change: Partial<ServiceState>): void {
    this.state = { ...this.state, ...change };
  }

  /** Records that only the broker knows of. */
  unknownLag = 0;

  look(url: string | undefined): ServiceState {
    const asked = url?.endsWith('lag=asked') ?? false;
    this.looks.push(asked ? 'asked' : 'known');
    this.onLook.shift()?.();
    return asked ? { ...this.state, consumersLag: this.state.consumersLag + this.unknownLag } : this.state;
  }
}

let mailbox: SmallService;
let identity: SmallService;
let doors: SmallDoor[];
let told: Instant[];

beforeEach(async () => {
  [mailbox, identity] = [new SmallService(), new SmallService()];
  doors = await Promise.all(
    [mailbox, identity].map((service) =>
      smallDoor(({ url }, response) => answerJson(response, 200, service.look(url))),
    ),
  );
  told = [];
});

afterEach(async () => {
  await Promise.all(doors.map((door) => door.close()));
});

function conductor(options: { patienceMs?: number; hands?: number; againAfterMs?: number } = {}): Conductor {
  const urls = { mailbox: doors[0]?.url ?? '', identity: doors[1]?.url ?? '' };
  return new Conductor({
    services: new SuiteServices(urls, 'operatore'),
    publisher: {
      publish: (_, { time }) => {
        told.push(time);
        for (const service of [mailbox, identity]) service.say({ clock: { instant: time, rate: 0 } });
        return Promise.resolve('id');
      },
    },
    ...options,
  });
}

describe('quiet', () => {
  test('is seen twice with equal figures: work between two looks is not missed', async () => {
    mailbox.onLook.push(
      () => undefined,
      () => mailbox.say({ counters: { 'http.answered': 1 } }),
    );
    await conductor().untilQuiet();
    expect(mailbox.looks).toHaveLength(3);
  });

  test('is what the broker says, who is asked only when everybody seems to have nothing left', async () => {
    mailbox.say({ inWork: 1 });
    mailbox.onLook.push(
      () => undefined,
      () => mailbox.say({ inWork: 0 }),
      () => mailbox.say({ consumersLag: 1 }),
      () => undefined,
      () => mailbox.say({ consumersLag: 0 }),
    );
    await conductor().untilQuiet();
    expect(mailbox.looks).toEqual(['known', 'known', 'asked', 'known', 'known', 'asked']);
  });

  test.each([
    ['a request in work', { inWork: 1 }, { inWork: 0 }],
    ['a fact that is not published', { outboxPending: 1 }, { outboxPending: 0 }],
    ['a record that is not read', { consumersLag: 1 }, { consumersLag: 0 }],
    ['something due that is not done', { earliestDue: instant(0) }, { earliestDue: null }],
  ])('is not %s', async (_, busy, done) => {
    mailbox.say(busy);
    let finished = false;
    identity.onLook.push(...Array.from({ length: 5 }, () => () => undefined), () => {
      finished = true;
      mailbox.say(done);
    });
    await conductor().untilQuiet();
    expect(finished).toBe(true);
  });

  test('tells the earliest deadline of all', async () => {
    mailbox.say({ earliestDue: instant(900) });
    identity.say({ earliestDue: instant(700) });
    expect(await conductor().untilQuiet()).toBe(700);
  });

  test('that never comes is an error that names who is busy and with what', async () => {
    mailbox.say({ inWork: 2, consumersLag: 3 });
    const waiting = conductor({ patienceMs: 150 }).untilQuiet();
    await expect(waiting).rejects.toThrow(NeverQuiet);
    await expect(waiting).rejects.toThrow('mailbox: 2 in work, 0 to publish, 3 to read');
    await expect(waiting).rejects.not.toThrow('identity');
  });

  test('that never comes is an error also when only the broker says that something is left', async () => {
    mailbox.unknownLag = 3;
    const waiting = conductor({ patienceMs: 150 }).untilQuiet();
    await expect(waiting).rejects.toThrow('mailbox: 0 in work, 0 to publish, 3 to read');
  });

  test('is not given up as long as something changes', async () => {
    mailbox.say({ consumersLag: 40 });
    const reads = () => mailbox.say({ consumersLag: mailbox.state.consumersLag - 1 });
    mailbox.onLook.push(...Array.from({ length: 40 }, () => reads));
    await conductor({ patienceMs: 400 }).untilQuiet();
    expect(mailbox.state.consumersLag).toBe(0);
  });

  test('waits for a service that is being started again', async () => {
    const port = doors[0]?.port;
    await doors[0]?.close();
    let opening: Promise<SmallDoor> | undefined;
    identity.onLook.push(...Array.from({ length: 4 }, () => () => undefined), () => {
      opening = smallDoor(({ url }, response) => answerJson(response, 200, mailbox.look(url)), port);
    });
    await conductor().untilQuiet();
    expect(opening).toBeDefined();
    if (opening !== undefined) doors.push(await opening);
  });

  test('that never comes because a service is gone says which', async () => {
    await doors[0]?.close();
    await expect(conductor({ patienceMs: 150 }).untilQuiet()).rejects.toThrow('mailbox does not answer');
  });
});

describe('time', () => {
  test('goes from one deadline or appointment to the next, and never past its end', async () => {
    const agenda = new Agenda();
    const seen: [string, number][] = [];
    agenda.add({ at: instant(300), act: () => Promise.resolve(void seen.push(['visit', told.at(-1) ?? 0])) });
    agenda.add({ at: instant(5_000), act: () => Promise.resolve(void seen.push(['too late', 0])) });
    mailbox.say({ earliestDue: instant(200) });
    mailbox.onLook.push(
      ...Array.from({ length: 3 }, () => () => {
        if ((mailbox.state.clock?.instant ?? 0) >= 200) mailbox.say({ earliestDue: null });
      }),
    );
    await conductor().passUntil(instant(1_000), agenda);
    expect(told).toEqual([200, 300, 1_000]);
    expect(seen).toEqual([['visit', 300]]);
  });

  test('stands still until whatever people did has been worked off', async () => {
    const agenda = new Agenda();
    agenda.add({
      at: instant(100),
      act: () => {
        identity.say({ consumersLag: 1 });
        identity.onLook.push(
          () => undefined,
          () => expect(told.at(-1)).toBe(100),
          () => identity.say({ consumersLag: 0 }),
        );
        return Promise.resolve();
      },
    });
    await conductor().passUntil(instant(200), agenda);
    expect(told).toEqual([100, 200]);
    expect(identity.onLook).toEqual([]);
  });

  test('an appointment made for the very instant that people act in is kept before time goes on', async () => {
    const agenda = new Agenda();
    const kept: number[] = [];
    const at = instant(100);
    agenda.add({
      at,
      act: () => {
        agenda.add({ at, act: () => Promise.resolve(void kept.push(told.at(-1) ?? 0)) });
        return Promise.resolve();
      },
    });
    await conductor().passUntil(instant(200), agenda);
    expect(kept).toEqual([100]);
  });

  test('no more people act at a time than there are hands', async () => {
    const agenda = new Agenda();
    let [acting, most] = [0, 0];
    const act = async () => {
      most = Math.max(most, ++acting);
      await Promise.resolve();
      acting -= 1;
    };
    for (let person = 0; person < 9; person += 1) agenda.add({ at: instant(100), act });
    await conductor({ hands: 3 }).passUntil(instant(100), agenda);
    expect(most).toBe(3);
  });

  test('the clock is said again when the broker was away', async () => {
    const away = [new Error('the broker is away'), new Error('the broker is away')];
    const urls = { mailbox: doors[0]?.url ?? '' };
    const again = new Conductor({
      services: new SuiteServices(urls, 'operatore'),
      publisher: {
        publish: (_, { time, sequence }) => {
          told.push(time);
          const fault = away.pop();
          if (fault !== undefined) return Promise.reject(fault);
          mailbox.say({ clock: { instant: time, rate: 0 }, counters: { sequence } });
          return Promise.resolve('id');
        },
      },
    });
    await again.setClock(instant(100));
    expect(told).toEqual([100, 100, 100]);
    expect(mailbox.state.counters).toEqual({ sequence: 2 });
  });

  test('an instant is said again to a service that has lost it with the broker', async () => {
    const driver = conductor({ againAfterMs: 20 });
    await driver.setClock(instant(100));
    mailbox.say({ clock: null, inWork: 1 });
    // Its work is done once it shows an instant again.
    const looks = Array.from(
      { length: 500 },
      () => () => mailbox.say({ inWork: mailbox.state.clock === null ? 1 : 0 }),
    );
    mailbox.onLook.push(...looks);
    await driver.untilQuiet();
    expect(mailbox.state.clock).toEqual({ instant: 100, rate: 0 });
    expect(told).toEqual([100, 100]);
  });
});
