import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Unavailable } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { issueServerCertificate, makeAuthority } from '@recapito/rfc6109';
import type { Credential } from '@recapito/rfc6109';
import { mxWayOut } from '../../test/mx-way-out.ts';
import type { MxWay } from '../../test/mx-way-out.ts';
import { NameServer } from '../../test/name-server.ts';
import { openPeer, openPlainPeer, toPeer as mail } from '../../test/peer-door.ts';
import { judgePeerName } from './peer-certificate.ts';

const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
const endings: (() => unknown)[] = [];

Logger.overrideLogger(false);

let authority: Credential;
let credential: Credential;
/** Of another authority. */
let forged: Credential;
let names: NameServer;

beforeAll(async () => {
  authority = await makeAuthority('Spec', validity);
  credential = await issueServerCertificate(authority, ['mx.altro.example'], validity);
  forged = await issueServerCertificate(await makeAuthority('Nessuno', validity), ['mx.altro.example'], validity);
});

beforeEach(async () => {
  names = await NameServer.open();
  endings.push(() => names.close());
});

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const peer = async (shown: Credential) => {
  const opened = await openPeer(shown);
  endings.push(() => opened.door.close());
  return opened;
};

function wayOut(port: number, way: MxWay) {
  const outgoing = mxWayOut(names, authority, port, way);
  endings.push(() => outgoing.onModuleDestroy());
  return outgoing;
}

// @rule PEER-TLS
test('a name inside another name of a certificate is none of its names', async () => {
  const names = { hosts: [], domains: ['altro.example'] };
  const inside = 'x.nessuno.example, DNS:mx.altro.example';
  const { certificate } = await issueServerCertificate(authority, [inside, 'x.nessuno.example'], validity);
  const subjectaltname = new X509Certificate(certificate).subjectAltName ?? '';
  expect(subjectaltname).toContain('DNS:mx.altro.example');
  expect(judgePeerName(names, { subjectaltname } as PeerCertificate)?.message).toContain('is for x.nessuno.example');
  expect(judgePeerName(names, { subjectaltname: 'DNS:mx.altro.example' } as PeerCertificate)).toBeNull();
});

// @rule PEER-TLS
describe('the TLS of a provider’s host', () => {
  beforeEach(() => {
    names.names.set('due.example', { mx: [[10, 'mx.due.example']] });
    names.names.set('mx.due.example', { a: ['127.0.0.1'] });
  });

  const sent = async (port: number, way: MxWay): Promise<boolean> => {
    try {
      await wayOut(port, way).send(mail('a@due.example'));
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(Unavailable);
      return false;
    }
  };

  test.each([
    ['a host of its file', { hosts: ['mx.altro.example'] }, true],
    ['one of several hosts', { hosts: ['mx1.altro.example', 'mx.altro.example'] }, true],
    ['a domain of its file', { domains: ['altro.example'] }, true],
    ['the very domain', { domains: ['mx.altro.example'] }, true],
    ['a domain that merely ends alike', { domains: ['tro.example'] }, false],
    ['another host', { hosts: ['altro.example'] }, false],
    ['the name that DNS gives alone', { hosts: ['mx.due.example'] }, false],
    ['no file of its own', null, false],
  ])('is taken when its certificate is for %s: %#', async (_, file, taken) => {
    const opened = await peer(credential);
    expect(await sent(opened.door.port, { file })).toBe(taken);
    expect(opened.taken).toHaveLength(taken ? 1 : 0);
  });

  test('is not taken with a certificate of an authority that nobody knows', async () => {
    const opened = await peer(forged);
    expect(await sent(opened.door.port, {})).toBe(false);
    expect(await sent(opened.door.port, { file: { tls: 'opportunistic' } })).toBe(true);
    expect(opened.taken).toMatchObject([{ secure: true }]);
  });

  test('is waited for where it is not offered, also where the file says opportunistic', async () => {
    const plain = await openPlainPeer();
    endings.push(plain.close);
    expect(await sent(plain.port, {})).toBe(false);
    expect(await sent(plain.port, { file: { tls: 'opportunistic' } })).toBe(false);
    expect(plain.taken).toEqual([]);
  });
});

// @rule MX-TLS
describe('a host of ordinary mail', () => {
  const ordinary = { ...mail('a@due.example'), towards: '@due.example' };

  test('gets its mail over TLS by whatever certificate, and in the clear where it offers none', async () => {
    names.names.set('due.example', { a: ['127.0.0.1'] });
    const [secure, plain] = [await peer(forged), await openPlainPeer()];
    endings.push(plain.close);
    await wayOut(secure.door.port, { file: null }).send(ordinary);
    await wayOut(plain.port, { file: null }).send(ordinary);
    expect([secure.taken, plain.taken]).toMatchObject([[{ secure: true }], [{ secure: false }]]);
  });
});

// @rule MX-SPECIAL-ADDRESS
describe('a domain whose hosts have special-purpose addresses', () => {
  test.each([
    ['127.0.0.1', { mx: [[10, 'mx.due.example']] }],
    ['10.0.0.1', { mx: [[10, 'mx.due.example']] }],
    ['169.254.169.254', { mx: [[10, 'mx.due.example']] }],
  ] as const)('(%s) waits: nobody is dialled there', async (address, known) => {
    const said = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    endings.push(() => said.mockRestore());
    const { door, taken } = await peer(credential);
    names.names.set('due.example', known);
    names.names.set('mx.due.example', { a: [address] });
    const refusing = wayOut(door.port, { special: 'refuse' });
    await expect(refusing.send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
    expect(taken).toEqual([]);
    expect(said.mock.calls).toEqual([
      [expect.objectContaining({ target: 'due.example', hosts: ['mx.due.example'], rule: 'MX-SPECIAL-ADDRESS' })],
    ]);
  });

  test('of its own, without an MX record, waits as well', async () => {
    const { door, taken } = await peer(credential);
    names.names.set('due.example', { a: ['127.0.0.1'] });
    const refusing = wayOut(door.port, { special: 'refuse' });
    await expect(refusing.send(mail('a@due.example'))).rejects.toBeInstanceOf(Unavailable);
    expect(taken).toEqual([]);
  });
});
