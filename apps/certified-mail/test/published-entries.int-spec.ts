import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { issueServerCertificate } from '@recapito/rfc6109';
import { PublishEntries } from '../src/lists/publish-entries.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { programmes, Stage } from './stage.ts';

const inps = 'INPS - Gestore della posta elettronica certificata';
const [publishing, pulling] = [new Stage(), new Stage()];
let service: RunningService<PrismaClient>;
let address: string;

beforeAll(async () => {
  await publishing.set();
  service = await publishing.service({ RECAPITO_INDEX_PORT: '0', RECAPITO_INDEX_URL: 'https://igpec.example/dir/' });
  address = `https://localhost:${service.app.get(PublishEntries).port}`;
});
afterAll(async () => {
  await publishing.end();
  await pulling.end();
});

interface Client {
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
}
const file = (name: string) => readFileSync(join(publishing.providers, name));
const showing = (name: string): Client => ({ cert: file(`${name}.pem`), key: file(`${name}.key`) });

/** Status and body of an answer to a client that shows a certificate. */
async function ask(path: string, client: Client, method = 'GET'): Promise<{ status: number; body: string }> {
  return await new Promise((resolve, reject) => {
    const options = { ...client, method, ca: file('authority.pem'), agent: false } as const;
    request(`${address}${path}`, options, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString('latin1') });
      });
    })
      .once('error', reject)
      .end();
  });
}

describe('our own entries, published over HTTPS', () => {
  // @rule INDEX-PUBLISHED
  test('are read by the keeper of the index and by a provider of it, and name their own address', async () => {
    for (const name of ['index-keeper', 'enti']) {
      const { status, body } = await ask('/inps.ldif.p7m', showing(name));
      expect(status).toBe(200);
      expect(body).toContain(`\nproviderName: ${inps}\n`);
      const location = 'LDIFLocationURL: https://igpec.example/dir/inps.ldif.p7m\n';
      expect(body.split(location)).toHaveLength(3);
      expect(body).toContain(
        `dn: o=postacert\nobjectClass: top\nobjectClass: organization\no: postacert\nobjectClass: LDIFLocationURLObject\n${location}`,
      );
    }
  });

  // @rule INDEX-PUBLISHED
  test('are shown to nobody else, also with a certificate of the same authority', async () => {
    const authority = { certificate: file('authority.pem').toString(), privateKey: file('authority.key').toString() };
    const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
    const other = await issueServerCertificate(authority, ['altrove.example'], validity);
    expect((await ask('/inps.ldif.p7m', {})).status).toBe(403);
    expect((await ask('/inps.ldif.p7m', { cert: other.certificate, key: other.privateKey })).status).toBe(403);
    expect((await ask('/altro.ldif.p7m', showing('enti'))).status).toBe(404);
    expect((await ask('/inps.ldif.p7m', showing('enti'), 'POST')).status).toBe(405);
  });

  test('are pulled by another installation, to which the provider is the keeper of its index', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'recapito-pulling-'));
    pulling.onEnd(() => rmSync(folder, { recursive: true }));
    cpSync(programmes, folder, { recursive: true });
    for (const name of readdirSync(join(folder, 'providers')))
      if (name !== 'inps.json') rmSync(join(folder, 'providers', name));
    pulling.programmes = folder;
    cpSync(publishing.providers, pulling.providers, { recursive: true });
    cpSync(join(publishing.providers, 'inps.pem'), join(pulling.providers, 'index-keeper.pem'));
    rmSync(join(pulling.providers, 'index-keeper.key'));
    await pulling.set();
    const running = await pulling.service({
      RECAPITO_PROVIDER_INDEX: `${address}/inps.ldif.p7m`,
      RECAPITO_LISTS_CLIENT: 'inps',
      RECAPITO_LISTS_AUTHORITY: join(pulling.providers, 'authority.pem'),
    });
    const { index, lists } = running.app.get(Installation);
    expect(lists.providerIndex.state).toMatchObject({ from: 'source', failure: null });
    expect(index.entries.map(({ providerName, LDIFLocationURL }) => [providerName, LDIFLocationURL])).toEqual([
      [inps, 'https://igpec.example/dir/inps.ldif.p7m'],
    ]);
  });
});
