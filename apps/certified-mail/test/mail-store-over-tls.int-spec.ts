import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FollowedTls } from '@recapito/platform';
import { twoAuthorities } from '@recapito/testing';
import type { TwoAuthorities } from '@recapito/testing';
import { Lmtp } from '../src/dovecot/lmtp.ts';
import { MailStore } from './mail-store.ts';

const box = 'ufficio@pec.comune.example';
let authorities: TwoAuthorities;
let store: MailStore;

beforeAll(async () => {
  authorities = await twoAuthorities();
  store = await MailStore.startOverTls(authorities.own, [box]);
});

afterAll(async () => {
  await store.remove();
  authorities.remove();
});

/** Hands a message over to the store at a host, which has to be of the authority in a folder, whose file may be another by now. */
async function deliver(host: string, folder: string | undefined, now = folder): Promise<unknown> {
  const known = (of: string) => readFileSync(join(of, 'ca.pem'), 'utf8');
  const files = now === undefined ? {} : { ca: join(now, 'ca.pem') };
  const tls = folder === undefined ? undefined : new FollowedTls({ ca: known(folder) }, files);
  const lmtp = new Lmtp({ host, port: store.port, connections: 1, tls });
  try {
    const bytes = Buffer.from('Subject: prova\r\n\r\nTesto.\r\n');
    const reversePath = 'posta-certificata@gestore-enti.example';
    return await lmtp.deliver({ reversePath, recipient: box, storeId: randomBytes(16).toString('hex'), bytes });
  } finally {
    lmtp.close();
  }
}

test('messages reach the mail store over TLS', async () => {
  expect(await deliver('localhost', authorities.own)).toEqual({ stored: true });
  expect(store.messagesOf(box)).toHaveLength(1);
});

// @rule TLS-FILES
test('the authorities that its file names at the connection count, not those of the start', async () => {
  expect(await deliver('localhost', authorities.foreign, authorities.own)).toEqual({ stored: true });
  await expect(deliver('localhost', authorities.own, authorities.foreign)).rejects.toThrow('did not take a message');
  expect(store.messagesOf(box)).toHaveLength(2);
});

test('one of a foreign authority, or of another name, gets no message; nor does anybody in the clear', async () => {
  for (const [host, folder] of [
    ['localhost', authorities.foreign],
    ['127.0.0.1', authorities.own],
    ['localhost', undefined],
  ] as const)
    await expect(deliver(host, folder)).rejects.toThrow('the mail store did not take a message');
  expect(store.messagesOf(box)).toHaveLength(2);
});
