import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Unavailable } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { issueServerCertificate, makeAuthority } from '@recapito/rfc6109';
import type { Credential } from '@recapito/rfc6109';
import { openPeer, toPeer } from '../../test/peer-door.ts';
import { refusedFor } from '../domain/rejected-recipient.ts';
import { sendEightBit } from './eight-bit-sending.ts';
import type { DoorHandlers } from './smtp-door.ts';
import { isAway } from './smtp-transport.ts';
import type { Host } from './smtp-transport.ts';
import { SmtpReply } from './smtp-reply.ts';

const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
let credential: Credential;
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  credential = await issueServerCertificate(await makeAuthority('Spec', validity), ['mx.due.example'], validity);
});

afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

const bytes = Buffer.from('Subject: x\r\n\r\ncitt\xe0\r\n.punto\r\n', 'latin1');
const mail = (...to: string[]) => ({ ...toPeer(...to), bytes });

async function host(handlers: Partial<DoorHandlers>, offersEightBitMime = true) {
  const { door, taken } = await openPeer(credential, { handlers, offersEightBitMime });
  endings.push(() => door.close());
  const to: Host = {
    host: '127.0.0.1',
    port: door.port,
    ownName: 'noi.example',
    serverName: 'mx.due.example',
    tls: { demand: 'encrypted' },
  };
  return { to, taken };
}

const signal = () => AbortSignal.timeout(20_000);

describe('a message with bytes beyond ASCII', () => {
  // @rule EIGHT-BIT-HOSTS
  test('goes with BODY=8BITMIME, byte for byte, to a host that offers it', async () => {
    const bodies: unknown[] = [];
    const contents: Buffer[] = [];
    const { to } = await host({
      onMailFrom: (_, { envelope }) => void bodies.push(envelope.bodyType),
      onData: async (data) => {
        for await (const chunk of data as AsyncIterable<Buffer>) contents.push(chunk);
        return '2.6.0 preso';
      },
    });
    expect(await sendEightBit(to, mail('a@due.example'), signal())).toEqual({ refused: new Map(), later: [] });
    expect(bodies).toEqual(['8bitmime']);
    expect(Buffer.concat(contents)).toEqual(bytes);
  });

  // @rule EIGHT-BIT-HOSTS
  test('waits for a host that does not offer it: another one may', async () => {
    const { to, taken } = await host({}, false);
    const error = await sendEightBit(to, mail('a@due.example'), signal()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Unavailable);
    expect(isAway(error)).toBe(true);
    expect(taken).toEqual([]);
  });

  test('is refused for those whom the host refuses, in its words', async () => {
    const { to } = await host({
      onRcptTo: (address) => {
        if (address === 'b@due.example') throw new SmtpReply(550, '5.1.1', 'sconosciuto');
      },
    });
    expect(await sendEightBit(to, mail('a@due.example', 'b@due.example'), signal())).toEqual({
      refused: new Map([['b@due.example', refusedFor('550 5.1.1 sconosciuto')]]),
      later: [],
    });
    const none = await host({
      onData: () => {
        throw new SmtpReply(554, '5.6.0', 'no');
      },
    });
    expect((await sendEightBit(none.to, mail('a@due.example'), signal())).refused).toEqual(
      new Map([['a@due.example', refusedFor('554 5.6.0 no')]]),
    );
  });
});
