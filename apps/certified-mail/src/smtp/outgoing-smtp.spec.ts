import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Breakers, Health, Metrics, Unavailable } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { issueServerCertificate, makeAuthority } from '@recapito/rfc6109';
import type { Credential } from '@recapito/rfc6109';
import { openPeer, openPlainPeer, toPeer as mail } from '../../test/peer-door.ts';
import { refusedFor } from '../domain/rejected-recipient.ts';
import type { Peer } from '../programme/peers.ts';
import type { Route } from '../programme/routes.ts';
import { OutgoingSmtp } from './outgoing-smtp.ts';
import type { DoorHandlers } from './smtp-door.ts';
import { SmtpReply } from './smtp-reply.ts';

const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
let authority: Credential;
let stranger: Credential;
let credential: Credential;
const endings: (() => unknown)[] = [];

Logger.overrideLogger(false);

beforeAll(async () => {
  [authority, stranger] = [await makeAuthority('Spec', validity), await makeAuthority('Altri', validity)];
  credential = await issueServerCertificate(authority, ['localhost'], validity);
});

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

/** A peer with the certificate of the authority, closed at the end. */
async function peer(handlers: Partial<DoorHandlers> = {}) {
  const opened = await openPeer(credential, { handlers });
  endings.push(() => opened.door.close());
  return opened;
}

interface Way {
  readonly trusted?: Credential;
  readonly special?: 'refuse' | 'allow';
  readonly host?: string;
  readonly tlsName?: string;
  readonly tls?: 'required' | 'opportunistic';
}

function wayTo(port: number, { special = 'allow', host = '127.0.0.1', tlsName = 'localhost', ...way }: Way = {}) {
  const { trusted = authority, tls } = way;
  const routeTo = (provider: string): Route => ({ provider, host, port, tlsName });
  const peerOf = (provider: string): Peer | undefined => tls && { provider, hosts: [], domains: [], tls };
  const breakers = new Breakers(new Health(), new Metrics('spec'));
  const installation = { authorities: [trusted.certificate], smtpName: 'noi.example', routeTo, peerOf };
  const outgoing = new OutgoingSmtp(installation, null, special, breakers);
  endings.push(() => outgoing.onModuleDestroy());
  return outgoing;
}

describe('a message to another provider', () => {
  test('is sent byte for byte, over connections that are kept', async () => {
    const { door, taken } = await peer();
    const outgoing = wayTo(door.port);
    for (let nth = 0; nth < 3; nth++)
      expect(await outgoing.send(mail('a@due.example', 'b@due.example'))).toEqual({ refused: new Map(), later: [] });
    expect(taken).toHaveLength(3);
    const content = 'Subject: x\r\n\r\n.punto\r\n';
    expect(taken[0]).toEqual({
      to: ['a@due.example', 'b@due.example'],
      content,
      secure: true,
      greeting: 'noi.example',
    });
    expect(door.clients).toBe(1);
  });

  test('that is refused for some recipients and put off for others says so for each', async () => {
    const { door, taken } = await peer({
      onRcptTo: (address) => {
        if (address.startsWith('no')) return Promise.reject(new SmtpReply(550, '5.1.1', 'ignoto'));
        if (address.startsWith('poi')) return Promise.reject(new SmtpReply(450, '4.2.1', 'occupato'));
        return Promise.resolve();
      },
    });
    const sent = await wayTo(door.port).send(mail('a@due.example', 'no@due.example', 'poi@due.example'));
    expect(sent).toEqual({
      refused: new Map([['no@due.example', refusedFor('550 5.1.1 ignoto')]]),
      later: ['poi@due.example'],
    });
    expect(taken.map(({ to }) => to)).toEqual([['a@due.example']]);
  });

  test('that is refused for everybody, or after its content, is refused for good', async () => {
    const noBody = await peer({ onRcptTo: () => Promise.reject(new SmtpReply(550, '5.1.1', 'ignoto')) });
    expect(await wayTo(noBody.door.port).send(mail('a@due.example'))).toEqual({
      refused: new Map([['a@due.example', refusedFor('550 5.1.1 ignoto')]]),
      later: [],
    });
    const noContent = await peer({ onData: () => Promise.reject(new SmtpReply(554, '5.6.0', 'illeggibile')) });
    expect(await wayTo(noContent.door.port).send(mail('a@due.example', 'b@due.example'))).toEqual({
      refused: new Map([
        ['a@due.example', refusedFor('554 5.6.0 illeggibile')],
        ['b@due.example', refusedFor('554 5.6.0 illeggibile')],
      ]),
      later: [],
    });
  });

  test('that is refused in words that no notice can hold is told in one line of them', async () => {
    const words = `no\0n\x1b${'n'.repeat(5_000)}`;
    const { door } = await peer({ onData: () => Promise.reject(new SmtpReply(554, '5.6.0', words)) });
    const { refused } = await wayTo(door.port).send(mail('a@due.example'));
    const reason = refused.get('a@due.example')?.reason;
    expect(reason).toMatch(/^554 5\.6\.0 no n n+$/);
    expect(reason).toHaveLength(500);
  });

  test.each([
    ['puts off everybody', { onRcptTo: () => Promise.reject(new SmtpReply(451, '4.3.0', 'poi')) }],
    ['puts off the content', { onData: () => Promise.reject(new SmtpReply(451, '4.3.0', 'poi')) }],
  ])('waits when the other side %s', async (_, handlers: Partial<DoorHandlers>) => {
    const { door } = await peer(handlers);
    await expect(wayTo(door.port).send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
  });

  // @rule SMTP-OUT
  test('waits when the other side has no TLS: it says nothing of the message', async () => {
    const { port, taken, close } = await openPlainPeer();
    endings.push(close);
    await expect(wayTo(port).send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
    expect(taken).toEqual([]);
  });

  // @rule SMTP-OUT
  test('waits when nobody is there, and is given to nobody whose certificate the authority has not signed', async () => {
    const { door, taken } = await peer();
    const distrusting = wayTo(door.port, { trusted: stranger });
    await expect(distrusting.send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
    const otherwise = wayTo(door.port, { tlsName: 'mx.due.example' });
    await expect(otherwise.send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
    expect(taken).toEqual([]);
    await door.close();
    await expect(wayTo(1).send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
  });

  test('goes to whatever certificate where the provider’s file says opportunistic, and never in the clear', async () => {
    const { door, taken } = await peer();
    const way = { trusted: stranger, tlsName: 'mx.due.example', tls: 'opportunistic' } as const;
    await wayTo(door.port, way).send(mail('a@due.example'));
    expect(taken).toMatchObject([{ secure: true }]);
    const plain = await openPlainPeer();
    endings.push(plain.close);
    await expect(wayTo(plain.port, way).send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
    expect(plain.taken).toEqual([]);
  });

  test.each(['127.0.0.1', '::ffff:127.0.0.1', 'localhost'])(
    'waits when its route leads to a special-purpose address (%s)',
    async (host) => {
      const { door, taken } = await peer();
      const refusing = wayTo(door.port, { special: 'refuse', host });
      await expect(refusing.send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
      expect(taken).toEqual([]);
    },
  );
});
