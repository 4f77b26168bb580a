import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HttpClient } from '@recapito/platform';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { twoAuthorities } from '@recapito/testing';
import type { TwoAuthorities } from '@recapito/testing';
import { Doveadm } from '../src/dovecot/doveadm.ts';
import { sharedSecret } from '../src/dovecot/shared-secret.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { LineClient, PrivateDovecot } from './private-dovecot.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
const identity = new IdentityStandIn();
const address = 'anna.verdi@postacertificata.gov.it';
const at = parseInstant('2012-01-10T10:00:00Z');
let authorities: TwoAuthorities;
let mailbox: RunningService<PrismaClient>;
let dovecot: PrivateDovecot;

const authorityOf = (folder: string) => join(folder, 'ca.pem');

/** A mail store that shows its own certificate and believes a mailbox of the authorities in a folder. */
async function storeThatKnows(folder: string, gate: string): Promise<PrivateDovecot> {
  const store = await PrivateDovecot.withPorts(stage.store);
  const files = {
    certificate: join(authorities.own, 'mail-store.pem'),
    key: join(authorities.own, 'mail-store.key'),
    ca: authorityOf(folder),
  };
  await store.start(
    gate,
    Object.entries(files).flatMap(([name, file]) => [`--inner-${name}`, file]),
  );
  return store;
}

/** What a mail client is told that logs in. */
async function logIn(store: PrivateDovecot): Promise<string> {
  const imap = await LineClient.open(store.ports.imaps);
  try {
    return await imap.imap('a', `LOGIN "${address}" "right"`);
  } finally {
    imap.close();
  }
}

beforeAll(async () => {
  authorities = await twoAuthorities();
  const identityUrl = await identity.listen();
  await stage.setClock(at);
  mailbox = await stage.mailbox({
    RECAPITO_IDENTITY_URL: identityUrl,
    RECAPITO_HTTP_CERTIFICATE_FILE: join(authorities.own, 'mailbox.pem'),
    RECAPITO_HTTP_KEY_FILE: join(authorities.own, 'mailbox.key'),
  });
  await stage.box({ address, service: 'cec-pac', state: 'active' });
});

afterAll(async () => {
  await stage.end();
  identity.stop();
  authorities.remove();
});

const named = () => mailbox.url.replace('127.0.0.1', 'localhost');

describe('a mail store that knows mailbox by its authority and its name', () => {
  beforeAll(async () => {
    dovecot = await storeThatKnows(authorities.own, named());
  });
  afterAll(() => dovecot.stop());

  test('has log-ins decided over TLS', async () => {
    expect(await logIn(dovecot)).toMatch(/^a OK/m);
  });

  const doveadm = (host: string, folder: string) =>
    new Doveadm(
      `https://${host}:${dovecot.ports.doveadm}`,
      () => sharedSecret(stage.store, 'doveadm.key'),
      new HttpClient(readFileSync(authorityOf(folder), 'utf8')),
    );

  test('is administered over TLS by who knows its authority and its name, and by nobody else', async () => {
    const client = dovecot.imap(address, 'right');
    await client.connect();
    expect(await doveadm('localhost', authorities.own).liveSessions()).toContainEqual({ address, door: 'imap' });
    await client.logout();
    const cause = async (asking: Promise<unknown>) => String(await asking.catch((error: Error) => error.cause));
    expect(await cause(doveadm('localhost', authorities.foreign).liveSessions())).toMatch(
      /self.signed|unable to verify/i,
    );
    expect(await cause(doveadm('127.0.0.1', authorities.own).liveSessions())).toMatch(/altnames/);
  });
});

describe('a mail store that is led to somebody else', () => {
  let store: PrivateDovecot | undefined;
  beforeEach(() => {
    identity.asked.splice(0);
  });

  test.each([
    ['of a foreign authority', () => authorities.foreign, named],
    ['of another name', () => authorities.own, () => mailbox.url],
  ])('%s tells no secret, and asks mail clients to come again', async (_, folder, gate) => {
    store = await storeThatKnows(folder(), gate());
    try {
      expect(await logIn(store)).toMatch(/^a NO \[UNAVAILABLE\]/m);
      expect(identity.asked).toEqual([]);
    } finally {
      await store.stop();
    }
  });
});
