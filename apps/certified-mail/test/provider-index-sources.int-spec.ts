import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { HealthReport, RunningService } from '@recapito/platform';
import { parseInstant } from '@recapito/primitives';
import { issueServerCertificate } from '@recapito/rfc6109';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { comune, inpsSender, Stage } from './stage.ts';

const stage = new Stage();
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
});
afterAll(() => stage.end());

interface Shown {
  readonly source: string;
  readonly from: string;
  readonly failure: { readonly refused: string } | null;
}

async function again(settings: Record<string, string>): Promise<void> {
  await service.stop();
  service = await stage.service(settings);
}

const call = async <Body = { type: string }>(method: 'GET' | 'POST', path: string) =>
  await stage.call<Body>(method, path, { as: 'operator', to: service, ...(method === 'POST' && { body: {} }) });

describe('an index behind HTTPS', () => {
  let server: Server | undefined;
  let answers: () => Buffer;

  afterEach(async () => {
    await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
  });

  /** Lets in who shows a certificate of the authority, as the centre does with providers. */
  async function listen(): Promise<string> {
    const read = (name: string) => readFileSync(join(stage.providers, name), 'utf8');
    const authority = { certificate: read('authority.pem'), privateKey: read('authority.key') };
    const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
    const issued = await issueServerCertificate(authority, ['localhost'], validity);
    const options = { cert: issued.certificate, key: issued.privateKey, ca: read('authority.pem'), requestCert: true };
    const listening = createServer(options, (_, response) => response.end(answers()));
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const bound = listening.address();
    return `https://localhost:${typeof bound === 'object' && bound ? bound.port : 0}/igpec.p7m`;
  }

  test('is read by who shows his certificate, and refused to who does not', async () => {
    answers = () => readFileSync(join(stage.providers, 'index.ldif.p7m'));
    const settings = {
      RECAPITO_PROVIDER_INDEX: await listen(),
      RECAPITO_LISTS_AUTHORITY: join(stage.providers, 'authority.pem'),
    };
    await again(settings);
    expect((await call<Shown>('GET', '/provider-index')).body).toMatchObject({
      failure: { refused: 'list/away' },
      from: 'kept copy',
    });
    await again({ ...settings, RECAPITO_LISTS_CLIENT: 'inps' });
    expect((await call<Shown>('GET', '/provider-index')).body).toMatchObject({
      failure: null,
      from: 'source',
      source: settings.RECAPITO_PROVIDER_INDEX,
    });
    answers = () => Buffer.from('Service temporarily unavailable');
    expect((await call('POST', '/provider-index/refreshes')).body.type).toBe('index/unsigned');
  });
});

describe('the list of public bodies', () => {
  const columns = ['cod_amm', 'des_amm', ...[1, 2, 3, 4, 5].flatMap((n) => [`mail${n}`, `tipo_mail${n}`])];
  const row = (code: string, mail1: string) =>
    [code, 'Ente', mail1, 'pec', ...Array<string>(8).fill('null')].join('\t');
  const file = (...rows: string[]) => [columns.join('\t'), ...rows, ''].join('\n');
  const own = [row('inps', inpsSender), row('pcert', 'servizio@postacertificata.gov.it')];
  const others = Array.from({ length: 8 }, (_, n) => row(`c_${n}`, `protocollo@pec.comune${n}.example`));

  test('is the programme’s unless a file is named', async () => {
    const { body } = await call<{ followed: unknown }>('GET', '/pa-index');
    expect(body.followed).toBeNull();
    expect((await call('POST', '/pa-index/refreshes')).body.type).toBe('list/not-followed');
  });

  // @rule PA-INDEX-OWN PA-INDEX-ROWS
  test('is followed where one is: taken over whole, or not at all', async () => {
    const place = join(stage.secrets, 'ipa');
    mkdirSync(place, { recursive: true });
    const path = join(place, 'amministrazioni.txt');
    writeFileSync(path, file(...own, ...others));
    await again({ RECAPITO_PA_INDEX_FILE: path });
    const installation = service.app.get(Installation);
    expect(installation.partyOf('PROTOCOLLO@pec.comune1.example')).toBe('pa');
    expect(installation.partyOf(comune)).toBe('pec');

    writeFileSync(path, file(...own, ...others, row('c_9', comune)));
    expect((await call('POST', '/pa-index/refreshes')).status).toBe(200);
    expect(installation.partyOf(comune)).toBe('pa');

    for (const [text, code] of [
      [file(...own, ...others).slice(0, -20), 'pa-index/malformed'],
      [file(...own, ...others.slice(3)), 'list/loss'],
      [file(...others, row('c_9', comune), row('c_10', 'a@pec.ente.example')), 'pa-index/own-missing'],
    ] as const) {
      writeFileSync(path, text);
      expect((await call('POST', '/pa-index/refreshes')).body.type).toBe(code);
      expect(installation.partyOf(comune)).toBe('pa');
    }
    // One body's typing error: its row is left out, and it keeps its addresses through a restart.
    const faulty = file(...own, ...others, row('c_9', 'protocollo@@pec.comune.borgovento.example'));
    writeFileSync(path, faulty);
    expect((await call('POST', '/pa-index/refreshes')).status).toBe(200);
    await again({ RECAPITO_PA_INDEX_FILE: path });
    expect(service.app.get(Installation).partyOf(comune)).toBe('pa');
    const shown = (await call<{ leftOut: { keptUntil: string }[] }>('GET', '/pa-index')).body;
    expect(shown).toMatchObject({ bodies: 11, leftOut: [{ line: 12, body: 'c_9', fault: 'address' }] });
    const month = 30 * 24 * 3_600_000;
    expect(Math.abs(Date.parse(shown.leftOut[0]?.keptUntil ?? '') - Date.now() - month)).toBeLessThan(300_000);
    const health = (await (await fetch(`${service.management}/health/ready`)).json()) as HealthReport;
    expect(health.checks.find(({ name }) => name === 'pa-index')).toMatchObject({
      state: 'ok',
      rowsLeftOut: 1,
      bodiesKept: 1,
    });
    const figures = await (await fetch(`${service.management}/metrics`)).text();
    expect(figures).toMatch(/^recapito_list_left_out_entries\{what="rows",.*\} 1$/m);

    writeFileSync(path, file(...others, row('c_9', comune), row('c_10', 'a@pec.ente.example')));
    expect((await call('POST', '/pa-index/refreshes')).body.type).toBe('pa-index/own-missing');
    const { body } = await call<{ followed: Shown }>('GET', '/pa-index');
    expect(body.followed).toMatchObject({ source: path, failure: { refused: 'pa-index/own-missing' } });
    const ready = (await (await fetch(`${service.management}/health/ready`)).json()) as { checks: { name: string }[] };
    expect(ready.checks.find(({ name }) => name === 'pa-index')).toMatchObject({ reason: 'pa-index/own-missing' });
  });
});
