import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mailboxStates } from '@recapito/capability';
import { calendarCases, circuitCases, stateCases } from '@recapito/capability/cases';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { queryPlan } from '@recapito/testing';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { mailboxesListed } from '../src/persistence/queries/mailbox-list.ts';
import type { MailboxFilter } from '../src/persistence/queries/mailbox-list.ts';
import { inAugust, Stage } from './stage.ts';

const stage = new Stage();
let mailbox: RunningService<PrismaClient>;

const domains = { 'cec-pac': 'postacertificata.gov.it', 'inps-trial': 'inpspec.gov.it' } as const;
const addressOf = (service: keyof typeof domains, state: string): string => `in.${state}@${domains[service]}`;

interface Answer {
  readonly state: string;
  readonly at: number;
  readonly calendarVersion: number;
  readonly capabilities: readonly { verb: string; allowed: boolean; refusal: { rule: string; words: object } | null }[];
}

interface LineOfTime {
  readonly phases: readonly { id: string; from: number }[];
  readonly verbs: readonly { verb: string; times: readonly { from: number | null; until: number | null }[] }[];
}

async function ask(address: string, query: string): Promise<Answer['capabilities'][number]> {
  const path = `/mailboxes/${encodeURIComponent(address)}/capabilities?${query}`;
  const response = await stage.ask(mailbox, path);
  expect(response.status).toBe(200);
  const { capabilities } = (await response.json()) as Answer;
  expect(capabilities).toHaveLength(1);
  const [only] = capabilities;
  if (only === undefined) throw new Error('no answer');
  return only;
}

beforeAll(async () => {
  await stage.setClock(parseInstant('2009-10-01T00:00:00Z'));
  mailbox = await stage.mailbox();
  for (const service of ['cec-pac', 'inps-trial'] as const)
    for (const state of mailboxStates) await stage.box({ address: addressOf(service, state), service, state });
});

afterAll(() => stage.end());

/** A state in which the box itself does not stand in the way, so that only the calendar speaks. */
function stateFor(verb: string): string {
  if (verb === 'request') return 'closed';
  return verb === 'complete-recognition' ? 'requested' : 'active';
}

describe('over HTTP, against the tables typed by hand', () => {
  test('the calendars, at every instant and for every verb, and the states between', async () => {
    // The clock of a rehearsal only goes forward, so that all tables are walked in one go.
    const instants = [...new Set([...calendarCases, ...stateCases].map(({ at }) => at))].toSorted();
    let asked = 0;
    for (const at of instants) {
      await stage.setClock(parseInstant(at));
      for (const row of calendarCases.filter((each) => each.at === at)) {
        const { allowed, refusal } = await ask(addressOf(row.service, stateFor(row.verb)), `verb=${row.verb}`);
        expect([row.service, at, row.verb, allowed, refusal?.rule ?? null]).toEqual([
          row.service,
          at,
          row.verb,
          row.allowed,
          row.rule,
        ]);
        asked += 1;
      }
      for (const row of stateCases.filter((each) => each.at === at && each.state !== null)) {
        // Whether receipts are awaited is certified-mail's to know: here a box counts as one that never sent.
        const expected = row.verb === 'receive-receipt' ? false : row.allowed;
        const { allowed } = await ask(addressOf('cec-pac', String(row.state)), `verb=${row.verb}`);
        expect([row.state, row.verb, allowed]).toEqual([row.state, row.verb, expected]);
        asked += 1;
      }
      if (at === '2012-01-10T10:00:00Z')
        for (const row of circuitCases.filter(
          ({ circuit, verb }) => circuit === 'closed-pa' && verb !== 'receive-receipt',
        )) {
          const { allowed } = await ask(addressOf('cec-pac', 'active'), `verb=${row.verb}&party=${row.party}`);
          expect([row.verb, row.party, allowed]).toEqual([row.verb, row.party, row.allowed]);
          asked += 1;
        }
    }
    expect(asked).toBe(25 * 13 + 10 * 14 + 6);
  });

  test('without a verb all of them are answered, with the instant and the version of the calendar', async () => {
    const response = await stage.ask(mailbox, `/mailboxes/${addressOf('cec-pac', 'ACTIVE')}/capabilities`);
    const answer = (await response.json()) as Answer;
    expect(answer).toMatchObject({ state: 'active', calendarVersion: 1, at: mailbox.platform.clock.now() });
    expect(answer.capabilities).toHaveLength(14);
  });

  // @rule MAILBOX-KNOWN
  test('an address that no box of ours has is unknown, in the reader’s language', async () => {
    const response = await stage.ask(mailbox, '/mailboxes/nobody@postacertificata.gov.it/capabilities');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'mailbox/unknown', rule: 'MAILBOX-KNOWN' });
    const own = await stage.ask(mailbox, '/mailboxes/ricevute@postacertificata.gov.it/capabilities');
    expect(own.status).toBe(404);
  });

  test('on another date it is judged as on that date, with the state of today', async () => {
    const [then, path] = ['2009-01-01T00:00:00.000Z', `/mailboxes/${addressOf('cec-pac', 'active')}/capabilities`];
    const answer = (await (await stage.ask(mailbox, `${path}?verb=send&at=${then}`)).json()) as Answer;
    expect(answer).toMatchObject({ at: parseInstant(then), capabilities: [{ verb: 'send', allowed: false }] });
    expect((await stage.ask(mailbox, `${path}?at=2009-01-01T00:00:00.000001Z`)).status).toBe(400);
  });

  // @rule BOX-LINE-OF-TIME
  test('at every time it is judged at once, with the phases of the service', async () => {
    const path = `/mailboxes/${addressOf('cec-pac', 'active')}/line-of-time`;
    const response = await stage.ask(mailbox, path);
    expect(response.status).toBe(200);
    const { phases, verbs } = (await response.json()) as LineOfTime;
    expect(phases.map(({ id, from }) => [id, from])).toContainEqual(['P2', Date.parse('2015-03-17T23:00:00Z')]);
    expect(verbs).toHaveLength(14);
    expect(verbs.find(({ verb }) => verb === 'send')?.times).toMatchObject([
      { from: null, allowed: false, refusal: { rule: 'CECPAC-START' } },
      { from: Date.parse('2010-04-25T22:00:00Z'), allowed: true, refusal: null },
      { from: Date.parse('2015-03-17T23:00:00Z'), until: null, allowed: false, refusal: { rule: 'CECPAC-P2-SEND' } },
    ]);
    expect((await stage.ask(mailbox, '/mailboxes/nobody@x.example/line-of-time')).status).toBe(404);
    expect((await stage.ask(mailbox, '/mailboxes/ricevute@postacertificata.gov.it/line-of-time')).status).toBe(404);
  });

  test('a verb that does not exist is told apart from one that is refused', async () => {
    const response = await stage.ask(mailbox, `/mailboxes/${addressOf('cec-pac', 'active')}/capabilities?verb=fly`);
    expect(response.status).toBe(400);
  });

  // @rule GATE-TOKEN
  test('who has no permission learns nothing', async () => {
    const path = `/mailboxes/${addressOf('cec-pac', 'active')}/capabilities`;
    expect((await fetch(new URL(path, mailbox.url))).status).toBe(401);
    expect((await stage.ask(mailbox, path, { as: 'audit-log' })).status).toBe(403);
    expect((await stage.ask(mailbox, '/mailboxes', { as: 'certified-mail' })).status).toBe(403);
    expect((await stage.ask(mailbox, '/gate/log-ins', { body: { name: 'x', secret: 'y', door: 'imap' } })).status).toBe(
      403,
    );
  });
});

describe('the operator', () => {
  test('reads all boxes, page by page, each once and without the holder', async () => {
    const seen: string[] = [];
    let after = '';
    do {
      const response = await stage.ask(mailbox, `/mailboxes?limit=7${after === '' ? '' : `&after=${after}`}`);
      const page = (await response.json()) as { items: { address: string }[]; next: string | null };
      for (const item of page.items) {
        expect(Object.keys(item).toSorted()).toEqual(['address', 'partner', 'service', 'state', 'stateSince']);
        seen.push(item.address);
      }
      after = page.next ?? '';
    } while (after !== '');
    expect(seen).toEqual(seen.toSorted());
    expect(new Set(seen).size).toBe(seen.length);
    for (const state of mailboxStates)
      expect(seen).toEqual(expect.arrayContaining([addressOf('cec-pac', state), addressOf('inps-trial', state)]));
  });

  const listed = async (query: string) => {
    const response = await stage.ask(mailbox, `/mailboxes?${query}`);
    const body = (await response.json()) as { items?: { address: string }[]; next?: string | null; faults?: object[] };
    return { status: response.status, addresses: body.items?.map(({ address }) => address), ...body };
  };

  test('reads the boxes of a state, of a domain, of a holder, or of all three', async () => {
    const [pec, inps] = [addressOf('cec-pac', 'read-only'), addressOf('inps-trial', 'read-only')];
    const { holderId } = await stage.client.mailbox.findUniqueOrThrow({ where: { address: pec } });
    expect((await listed('state=read-only')).addresses).toEqual([inps, pec]);
    // One of each state, and the provider's own two.
    expect((await listed('domain=INPSPEC.gov.it')).addresses).toHaveLength(12);
    expect((await listed(`holder=${holderId}`)).addresses).toEqual([pec]);
    expect((await listed(`state=read-only&domain=inpspec.gov.it&holder=${holderId}`)).addresses).toEqual([]);
  });

  test('goes on with the same filters alone, and is told what is no filter', async () => {
    const first = await listed('domain=inpspec.gov.it&limit=3');
    expect(first.addresses).toHaveLength(3);
    const rest = await listed(`domain=inpspec.gov.it&limit=100&after=${first.next}`);
    expect(rest.addresses).toHaveLength(9);
    for (const query of [`domain=altro.example&after=${first.next}`, 'state=nessuno', 'domain=a%E2%80%8Bb', 'limit=0'])
      expect((await listed(query)).status).toBe(400);
  });

  test('reads each list from an index, among 50,000 boxes', async () => {
    await stage.client.$executeRaw`
      INSERT INTO mailbox (id, holder_id, address, service, state, state_since)
      SELECT gen_random_uuid(), (SELECT id FROM holder LIMIT 1), 'casella.' || n || '@dominio' || n % 50 || '.example',
             'cec-pac', CASE WHEN n % 100 = 0 THEN 'suspended' ELSE 'active' END, now()
      FROM generate_series(1, 50000) AS n`;
    const planOf = async (filter: MailboxFilter) =>
      queryPlan((await stage.database()).migratorUrl, mailboxesListed(filter, 'casella.2', 51));
    expect(await planOf({})).toEqual(['Index Scan mailbox_address_key']);
    expect(await planOf({ state: 'suspended' })).toEqual(['Index Scan mailbox_state_address_idx']);
    expect(await planOf({ domain: 'dominio7.example' })).toEqual(['Index Scan mailbox_domain_address']);
    await stage.client.$executeRaw`DELETE FROM mailbox WHERE address LIKE 'casella.%'`;
  });

  test('reads one box with its holder, and says why', async () => {
    const address = addressOf('cec-pac', 'read-only');
    const { id, holderId } = await stage.client.mailbox.findUniqueOrThrow({ where: { address } });
    const read = async (of: string, purpose?: string) =>
      await stage.ask(mailbox, `/mailboxes/${of}`, { ...(purpose !== undefined && { purpose }) });
    expect((await read(address)).status).toBe(400);
    expect(await (await read(address.toUpperCase(), 'telefonata del titolare')).json()).toEqual({
      address,
      box: id,
      holder: holderId,
      isOwn: false,
      service: 'cec-pac',
      state: 'read-only',
      stateSince: inAugust,
      partner: null,
    });
    expect(await (await read('ricevute@postacertificata.gov.it', 'prova')).json()).toMatchObject({ isOwn: true });
    expect(await (await read('nobody@x.example', 'prova')).json()).toMatchObject({ type: 'mailbox/unknown' });
  });

  test('closes a box by name; asked again under the same key it is the same answer, under another it is refused', async () => {
    const path = `/mailboxes/${addressOf('cec-pac', 'suspended')}/closure`;
    const first = await stage.ask(mailbox, path, { method: 'POST', key: 'k1' });
    expect(await first.json()).toMatchObject({ state: 'closed' });
    expect(await (await stage.ask(mailbox, path, { method: 'POST', key: 'k1' })).json()).toMatchObject({
      state: 'closed',
    });
    const again = await stage.ask(mailbox, path, { method: 'POST', key: 'k2' });
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ type: 'mailbox/not-in-that-state', rule: 'BOX-LIFE' });
    const unknown = await stage.ask(mailbox, '/mailboxes/nobody@x.example/closure', { method: 'POST', key: 'k3' });
    expect(unknown.status).toBe(404);
  });

  // @rule PORTAL-BOXES
  test('is not who sees what the boxes of a holder may do, each at every time: the console does, for the holder', async () => {
    const address = 'boxes.of@postacertificata.gov.it';
    const { holder } = await stage.box({ address, service: 'cec-pac', state: 'active' });
    expect((await stage.ask(mailbox, `/holders/${holder}/boxes`)).status).toBe(403);
    const response = await stage.ask(mailbox, `/holders/${holder}/boxes`, { as: 'console' });
    const { items } = (await response.json()) as {
      items: { judged: { address: string; capabilities: object[] }; times: { phases: object[] } }[];
    };
    expect(items.map(({ judged }) => judged.address)).toEqual([address]);
    expect(items[0]?.judged.capabilities.length).toBeGreaterThan(10);
    expect(items[0]?.times.phases.length).toBeGreaterThan(3);
  });

  test('finds every route in the OpenAPI document', async () => {
    const contract = (await (await fetch(new URL('/openapi.json', mailbox.management))).json()) as { paths: object };
    const ours = Object.keys(contract.paths).filter(
      (path) => !/^\/(approvals|dead-letters|partitions|republications|restore)/.test(path),
    );
    expect(ours.toSorted()).toEqual([
      '/calendars',
      '/calendars/{service}',
      '/calendars/{service}/armings',
      '/directory/repairs',
      '/gate/log-ins',
      '/holders/{holder}/boxes',
      '/mailboxes',
      '/mailboxes/{address}',
      '/mailboxes/{address}/capabilities',
      '/mailboxes/{address}/closure',
      '/mailboxes/{address}/line-of-time',
    ]);
  });
});
