import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Unavailable } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { issueServerCertificate, makeAuthority } from '@recapito/rfc6109';
import type { Credential } from '@recapito/rfc6109';
import { mxWayOut } from '../../test/mx-way-out.ts';
import type { MxWay } from '../../test/mx-way-out.ts';
import { NameServer } from '../../test/name-server.ts';
import { openPeer, toPeer as mail } from '../../test/peer-door.ts';
import { refusedFor } from '../domain/rejected-recipient.ts';
import { SmtpReply } from './smtp-reply.ts';

const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
const endings: (() => unknown)[] = [];

Logger.overrideLogger(false);

let authority: Credential;
let credential: Credential;
let names: NameServer;

beforeAll(async () => {
  authority = await makeAuthority('Spec', validity);
  credential = await issueServerCertificate(authority, ['mx.altro.example'], validity);
});

beforeEach(async () => {
  names = await NameServer.open();
  endings.push(() => names.close());
});

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const peer: typeof openPeer = async (...how) => {
  const opened = await openPeer(...how);
  endings.push(() => opened.door.close());
  return opened;
};

/** A host that says this to whoever comes, and nothing more. */
async function greeting(host: string, port: number, words: string): Promise<void> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(`${words}\r\n`)).listen(port, host);
  await once(server, 'listening');
  endings.push(() => server.close());
}

function wayOut(port: number, way: MxWay = {}) {
  const outgoing = mxWayOut(names, authority, port, way);
  endings.push(() => outgoing.onModuleDestroy());
  return outgoing;
}

const nobody = { refused: new Map(), later: [] };

describe('a domain with MX records', () => {
  test('is brought its mail at the first of its hosts that is there, over TLS', async () => {
    const { door, taken } = await peer(credential);
    names.names.set('due.example', {
      mx: [
        [20, 'vivo.due.example'],
        [10, 'morto.due.example'],
      ],
    });
    names.names.set('morto.due.example', { a: ['127.0.0.2'] });
    names.names.set('vivo.due.example', { a: ['127.0.0.1'] });
    expect(await wayOut(door.port).send(mail('a@due.example'))).toEqual(nobody);
    const content = 'Subject: x\r\n\r\n.punto\r\n';
    expect(taken).toEqual([{ to: ['a@due.example'], content, secure: true, greeting: 'noi.example' }]);
  });

  test.each(['421 4.3.2 occupato', '554 5.3.2 qui non si riceve', '450 4.3.2 tra poco'])(
    'is brought its mail at the next host where the first greets with %s',
    async (words) => {
      const { door, taken } = await peer(credential);
      await greeting('127.0.0.2', door.port, words);
      names.names.set('due.example', {
        mx: [
          [10, 'mx1.due.example'],
          [20, 'mx2.due.example'],
        ],
      });
      names.names.set('mx1.due.example', { a: ['127.0.0.2'] });
      names.names.set('mx2.due.example', { a: ['127.0.0.1'] });
      expect(await wayOut(door.port).send(mail('a@due.example'))).toEqual(nobody);
      expect(taken).toHaveLength(1);
    },
  );

  test('has judged when one of its hosts has: the next is not asked', async () => {
    const no = await peer(credential, {
      handlers: { onRcptTo: () => Promise.reject(new SmtpReply(550, '5.1.1', 'ignoto')) },
    });
    const yes = await peer(credential, { host: '127.0.0.2', port: no.door.port });
    names.names.set('due.example', {
      mx: [
        [10, 'mx1.due.example'],
        [20, 'mx2.due.example'],
      ],
    });
    names.names.set('mx1.due.example', { a: ['127.0.0.1'] });
    names.names.set('mx2.due.example', { a: ['127.0.0.2'] });
    const refused = new Map([['a@due.example', refusedFor('550 5.1.1 ignoto')]]);
    expect(await wayOut(no.door.port).send(mail('a@due.example'))).toEqual({ refused, later: [] });
    expect(yes.taken).toEqual([]);
  });

  test('whose hosts are all away waits; so does one whose hosts cannot be told', async () => {
    names.names.set('due.example', { mx: [[10, 'mx.due.example']] });
    names.names.set('mx.due.example', { a: ['127.0.0.2'] });
    await expect(wayOut(9).send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
    names.names.set('mx.due.example', 'servfail');
    await expect(wayOut(9).send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
  });

  // @rule MX-NO-DOMAIN
  test('all of whose hosts do not exist takes no mail', async () => {
    names.names.set('due.example', { mx: [[10, 'mx.due.example']] });
    const { refused } = await wayOut(9).send(mail('a@due.example'));
    expect(refused.get('a@due.example')).toMatchObject({ errore: 'no-dominio', status: '5.1.2' });
  });
});

describe('a domain without MX records', () => {
  test('is its own host', async () => {
    const { door, taken } = await peer(credential);
    names.names.set('due.example', { a: ['127.0.0.1'] });
    expect(await wayOut(door.port).send(mail('a@due.example'))).toEqual(nobody);
    expect(taken).toHaveLength(1);
  });

  // @rule MX-NO-DOMAIN
  test.each([
    ['says so by a null MX', { mx: [[0, '.']] }, '5.1.10'],
    ['has no address either', {}, '5.1.2'],
    ['does not exist', undefined, '5.1.2'],
  ] as const)('and that %s takes no mail for good', async (_, known, status) => {
    if (known !== undefined) names.names.set('due.example', known);
    const { refused, later } = await wayOut(9).send(mail('a@due.example', 'b@due.example'));
    expect([...refused].map(([address, why]) => [address, why.errore, why.status])).toEqual([
      ['a@due.example', 'no-dominio', status],
      ['b@due.example', 'no-dominio', status],
    ]);
    expect(later).toEqual([]);
  });

  // @rule MX-WAITS
  test.each(['servfail', 'silent'] as const)(
    'because its name server is %s waits',
    async (known) => {
      names.names.set('due.example', known);
      await expect(wayOut(9).send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
    },
    20_000,
  );
});

describe('a message for several domains of a provider', () => {
  test('goes to the hosts of each; one that is away keeps nothing from the others', async () => {
    const { door, taken } = await peer(credential);
    names.names.set('uno.example', { a: ['127.0.0.1'] });
    names.names.set('due.example', 'servfail');
    const sent = await wayOut(door.port).send(mail('a@uno.example', 'b@due.example', 'c@tre.example', 'd@uno.example'));
    expect(sent.later).toEqual(['b@due.example']);
    expect([...sent.refused.keys()]).toEqual(['c@tre.example']);
    expect(taken.map(({ to }) => to)).toEqual([['a@uno.example', 'd@uno.example']]);
  });
});

describe('a message none of whose domains can be reached', () => {
  test('waits as a whole', async () => {
    for (const name of ['uno.example', 'due.example']) names.names.set(name, 'servfail');
    const sent = wayOut(9).send(mail('a@uno.example', 'b@due.example'));
    await expect(sent).rejects.toBeInstanceOf(Unavailable);
  });
});

describe('a domain of another provider that names ourselves', () => {
  // @rule MX-NOT-OURSELVES
  test('waits, and nothing is brought to our own door, whether its address tells us or its name', async () => {
    const said = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    endings.push(() => said.mockRestore());
    const { door, taken } = await peer(credential);
    names.names.set('due.example', { mx: [[10, 'noi.example']] });
    names.names.set('noi.example', { a: ['127.0.0.1'] });
    const byAddress = wayOut(door.port, { ports: [door.port] });
    await expect(byAddress.send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
    const byName = wayOut(door.port, { known: ['noi.example'] });
    await expect(byName.send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
    expect(taken).toEqual([]);
    const fault = expect.objectContaining({ domain: 'due.example', rule: 'MX-NOT-OURSELVES' });
    expect(said.mock.calls).toEqual([[fault], [fault]]);
  });

  test('is brought its mail at the hosts before us', async () => {
    const { door, taken } = await peer(credential);
    names.names.set('due.example', {
      mx: [
        [10, 'altri.example'],
        [20, 'noi.example'],
      ],
    });
    for (const name of ['altri.example', 'noi.example']) names.names.set(name, { a: ['127.0.0.1'] });
    expect(await wayOut(door.port, { known: ['noi.example'] }).send(mail('a@due.example'))).toEqual(nobody);
    expect(taken).toHaveLength(1);
  });
});
