import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import type { RunningService } from '@recapito/platform';
import { instant, isRefusal, parseInstant } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import {
  certificateHash,
  issueProviderCertificate,
  openIndexFile,
  readIndex,
  readOriginal,
  seal,
  signer,
  signIndexFile,
  transportEnvelope,
  withCertifiedId,
  writeIndex,
} from '@recapito/rfc6109';
import type { CertifiedMessage, ProviderEntry, Signer } from '@recapito/rfc6109';
import { eventually, operatorToken } from '@recapito/testing';
import { revoke, rollOver } from '../src/development-authority/write-authority.ts';
import { ReceiveIncoming } from '../src/application/incoming/receive-incoming.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Installation } from '../src/programme/installation.ts';
import { readProviders } from '../src/programme/providers.ts';
import { OwnEntries } from '../src/lists/own-entries.ts';
import { factsOf, mail, quiet, submit } from './post.ts';
import { anna, inAugust, inpsSender, programmes, Stage } from './stage.ts';

const stage = new Stage();
const providers = readProviders(join(programmes, 'providers'));
const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
const now = () => instant(Date.now());
let service: RunningService<PrismaClient>;
let source: string;

interface IndexShown {
  readonly stale: boolean;
  readonly from: string;
  readonly readAt: string;
  readonly failure: { readonly refused: string } | null;
  readonly providers: readonly {
    readonly providerName: string;
    readonly domains: number;
    readonly certificates: readonly { readonly hash: string; readonly signs: boolean; readonly validUntil: string }[];
  }[];
}

beforeAll(async () => {
  await stage.set();
  source = join(stage.providers, 'index.ldif.p7m');
  service = await stage.service();
});
afterAll(() => stage.end());

const asOperator = <Body>(method: 'GET' | 'POST', path: string, body?: object) =>
  stage.call<Body>(method, path, { as: 'operator', to: service, ...(body && { body }) });
const refresh = (body: object = {}) =>
  asOperator<IndexShown & { type?: string }>('POST', '/provider-index/refreshes', body);
const shown = async () => (await asOperator<IndexShown>('GET', '/provider-index')).body;
const hashOf = (name: string) =>
  certificateHash(new X509Certificate(readFileSync(join(stage.providers, `${name}.pem`))).raw);
const inForce = () => service.app.get(Installation).index.entries;

/** Publishes an index that says something else, as its keeper or as somebody else. */
async function publish(entries: readonly ProviderEntry[], by = 'index-keeper', at = now()): Promise<void> {
  const [certificate, key] = ['pem', 'key'].map((end) => readFileSync(join(stage.providers, `${by}.${end}`), 'utf8'));
  writeFileSync(source, await signIndexFile(writeIndex(entries), signer(certificate ?? '', key ?? ''), at));
}

async function check(name: string) {
  const answer = await fetch(`${service.management}/health/ready`);
  const { checks } = (await answer.json()) as { checks: { name: string; state: string; reason?: string }[] };
  return checks.find((each) => each.name === name);
}

describe('the index in force', () => {
  test('is shown to operators, with its certificates and who signs with them, and to nobody else', async () => {
    const index = await shown();
    expect(index).toMatchObject({ stale: false, from: 'source', failure: null });
    expect(index.providers.map(({ providerName, domains }) => [providerName, domains])).toEqual([
      ['Gestore PEC degli Enti', providers[0]?.managedDomains.length],
      ['INPS - Gestore della posta elettronica certificata', 1],
      ['PostaCertificat@', providers[2]?.managedDomains.length],
    ]);
    expect(index.providers[1]?.certificates).toEqual([
      {
        hash: hashOf('inps'),
        validFrom: '2005-01-01T00:00:00.000Z',
        validUntil: '2040-01-01T00:00:00.000Z',
        signs: true,
      },
    ]);
    const citizen = await stage.citizenToken(anna.holder, 'enrolment');
    expect((await stage.call('GET', '/provider-index', { token: citizen, to: service })).status).toBe(403);
    expect((await fetch(`${service.url}/provider-index/own/inps`)).status).toBe(401);
  });

  test('takes over what its source says, without a restart', async () => {
    const read = (name: string) => readFileSync(join(stage.providers, name), 'utf8');
    const authority = { certificate: read('authority.pem'), privateKey: read('authority.key') };
    const subject = { name: 'Nuovo Gestore', address: 'posta-certificata@nuovo.example' };
    const { certificate } = await issueProviderCertificate(authority, subject, validity);
    const other: ProviderEntry = {
      providerName: 'Nuovo Gestore',
      mailReceipt: 'ricevute@nuovo.example',
      managedDomains: ['nuovo.example'],
      providerCertificate: [new X509Certificate(certificate).raw.toString('base64')],
    };
    await publish([...inForce(), other]);
    expect((await refresh()).status).toBe(200);
    const installation = service.app.get(Installation);
    expect(installation.index.providerOf('x@nuovo.example')?.providerName).toBe('Nuovo Gestore');
    expect(installation.partyOf('x@nuovo.example')).toBe('pec');
    const metrics = await (await fetch(`${service.management}/metrics`)).text();
    expect(metrics).toMatch(/recapito_list_entries\{list="provider-index",service="certified-mail"\} 4/);
    expect(metrics).toMatch(/recapito_list_age_seconds\{list="provider-index",service="certified-mail"\} \d/);
  });

  // @rule INDEX-NOT-OLDER INDEX-OWN
  test.each([
    ['a provider’s certificate has signed', () => publish(inForce(), 'enti'), 'index/foreign-signer'],
    ['does not hold our own provider', () => publish(inForce().slice(0, 1)), 'index/own-missing'],
    [
      'was signed before',
      () => publish(inForce(), 'index-keeper', parseInstant('2026-01-01T00:00:00Z')),
      'index/older',
    ],
    ['has lost more than a tenth', () => publish(inForce().slice(0, 3)), 'list/loss'],
    ['is no signed file', () => Promise.resolve(writeFileSync(source, 'version: 1\n')), 'index/unsigned'],
  ])('does not take over what %s: the one before stays, and it is told', async (_, spoil, code) => {
    const before = inForce();
    await spoil();
    const { status, body } = await refresh();
    expect([status, body.type]).toEqual([409, code]);
    expect(inForce()).toBe(before);
    expect((await shown()).failure?.refused).toBe(code);
    expect(await check('provider-index')).toMatchObject({ state: 'ok', reason: code });
  });

  test('loses a provider when an operator says that it is right', async () => {
    await publish(inForce().slice(0, 3));
    expect((await refresh({ acceptLoss: true })).status).toBe(200);
    expect(inForce()).toHaveLength(3);
  });

  test('does not come into force with a revocation list that is none', async () => {
    const [path, before] = [join(stage.providers, 'authority.crl'), inForce()];
    const list = readFileSync(path);
    writeFileSync(path, 'non è una lista');
    expect((await refresh()).body.type).toBe('list/unusable');
    expect(inForce()).toBe(before);
    writeFileSync(path, list);
    expect((await refresh()).status).toBe(200);
  });

  test('outlives a restart while its source is away; after its time it is stale and health says so', async () => {
    const { readAt } = await shown();
    await service.stop();
    service = await stage.service({
      RECAPITO_PROVIDER_INDEX: join(stage.providers, 'away.p7m'),
      RECAPITO_LISTS_STALE_SECONDS: '1',
      RECAPITO_LISTS_EVERY_SECONDS: '1',
    });
    await eventually(async () => (await check('provider-index'))?.state === 'degraded');
    expect(await check('provider-index')).toMatchObject({ reason: 'list/away', from: 'kept copy' });
    expect(await shown()).toMatchObject({ readAt, stale: true, from: 'kept copy', failure: { refused: 'list/away' } });
    expect((await refresh()).status).toBe(503);
    copyFileSync(source, join(stage.providers, 'away.p7m'));
    // Nobody asks for it: it is looked at again by itself.
    await eventually(async () => (await shown()).from === 'source');
    await service.stop();
    service = await stage.service();
  });
});

describe('what a provider publishes of itself', () => {
  // @rule INDEX-OWN-FILE
  test('is its entry, signed by itself, as openssl says too', async () => {
    const answer = await fetch(`${service.url}/provider-index/own/inps`, {
      headers: { authorization: `Bearer ${operatorToken}` },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/pkcs7-mime; smime-type=signed-data/);
    const file = Buffer.from(await answer.arrayBuffer());
    const certificate = new X509Certificate(readFileSync(join(stage.providers, 'inps.pem')));
    const opened = openIndexFile(
      file,
      { certificates: [certificate], trust: service.app.get(Installation).trust },
      now(),
    );
    const entries = isRefusal(opened) ? opened : readIndex(opened.ldif);
    expect(entries).toEqual([
      {
        providerName: 'INPS - Gestore della posta elettronica certificata',
        mailReceipt: 'ricevute@inpspec.gov.it',
        managedDomains: ['inpspec.gov.it'],
        providerCertificate: [certificate.raw.toString('base64')],
      },
    ]);
    const command = ['cms', '-verify', '-binary', '-inform', 'DER', '-CAfile', join(stage.providers, 'authority.pem')];
    const said = execFileSync('openssl', [...command, '-purpose', 'any'], {
      input: file,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    expect(said.toString()).toContain('\nproviderName: INPS - Gestore della posta elettronica certificata\n');
  });

  test('is nothing for a provider that is not ours', async () => {
    expect((await asOperator<{ type: string }>('GET', '/provider-index/own/altro')).body.type).toBe('provider/unknown');
  });
});

describe('the drill for a compromised key', () => {
  const inps = 'INPS - Gestore della posta elettronica certificata';
  const delivered = ['message-accepted', 'envelope-dispatched', 'taken-in-charge', 'message-delivered'];

  /** What becomes of a message that INPS sends. */
  async function send(subject: string): Promise<string[]> {
    const token = await stage.serviceToken('notification');
    const { body } = await submit(service, token, mail(inpsSender, anna.box, [`Subject: ${subject}`]));
    await quiet(service);
    return (await factsOf(service, body.identificativo)).map(({ type }) => type);
  }

  /** What the other provider says to an envelope of INPS that somebody has signed. */
  async function bring(by: Signer, serial: number): Promise<string> {
    const identificativo = `pec9.20100802090000.0000${serial}@inpspec.gov.it`;
    const original = readOriginal(Buffer.from(mail(inpsSender, anna.box, ['Subject: Busta'])));
    if (original === null) throw new Error('the message has no header');
    const message: CertifiedMessage = {
      identificativo,
      msgid: null,
      mittente: inpsSender,
      destinatari: [{ indirizzo: anna.box, tipo: 'certificato' }],
      risposte: inpsSender,
      oggetto: 'Busta',
      ricevuta: 'sintetica',
    };
    const provider = { name: inps, domain: 'inpspec.gov.it' };
    const envelope = transportEnvelope(message, { provider, at: inAugust }, withCertifiedId(original, identificativo));
    const paths = { reversePath: inpsSender, forwardPath: [anna.box] };
    const bytes = await seal(envelope, by);
    const answered = await service.app.get(ReceiveIncoming).receive({ towards: 'PostaCertificat@', ...paths, bytes });
    await quiet(service);
    return isRefusal(answered) ? answered.refused : answered.received;
  }

  // @rule DRILL-REVOKE
  test('a new key beside the old one, then the old one revoked: mail goes on, and the old key signs nothing more', async () => {
    const installation = service.app.get(Installation);
    const [old, oldSigner] = [hashOf('inps'), installation.signerOf(installation.own(inps))];
    expect(await send('Prima')).toEqual(delivered);

    await rollOver(stage.providers, providers, 'inps', now());
    expect((await refresh()).status).toBe(200);
    expect((await shown()).providers.find(({ providerName }) => providerName === inps)?.certificates).toMatchObject([
      { hash: hashOf('inps'), signs: true },
      { hash: old, signs: false },
    ]);
    expect(await send('Con la chiave nuova')).toEqual(delivered);
    expect(await bring(oldSigner, 1)).toBe('taken');

    await revoke(stage.providers, providers, 'inps', { at: now(), revokedAt: inAugust });
    expect((await refresh()).status).toBe(200);
    expect(await bring(oldSigner, 2)).toBe('signature/unknown-certificate');
    expect(installation.trust(oldSigner.certificate, inAugust)?.refused).toBe('signature/revoked');
    expect(await send('Dopo')).toEqual(delivered);
  });

  // @rule SIGN-KNOWN-KEY
  test('a new key that the index does not know yet signs nothing: the old one goes on', async () => {
    const read = (name: string) => readFileSync(join(stage.providers, name), 'utf8');
    const authority = { certificate: read('authority.pem'), privateKey: read('authority.key') };
    const subject = { name: inps, address: 'posta-certificata@inpspec.gov.it' };
    const early = await issueProviderCertificate(authority, subject, validity);
    const known = hashOf('inps');
    for (const end of ['key', 'pem'])
      writeFileSync(join(stage.providers, `inps.previous.${end}`), read(`inps.${end}`), { mode: 0o600 });
    writeFileSync(join(stage.providers, 'inps.key'), early.privateKey, { mode: 0o600 });
    writeFileSync(join(stage.providers, 'inps.pem'), early.certificate);
    expect((await refresh()).status).toBe(200);
    const installation = service.app.get(Installation);
    expect(certificateHash(installation.signerOf(installation.own(inps)).certificate.raw)).toBe(known);
    // What is published of us names both, so that the index will know the new one.
    const { entries } = answerOf(service.app.get(OwnEntries).of('inps'));
    expect(entries[0]?.providerCertificate).toHaveLength(2);
    expect(await send('Con la chiave di prima')).toEqual(delivered);
  });
});

function answerOf<Value>(value: Value): Exclude<Value, Refusal> {
  if (isRefusal(value)) throw new Error(value.words.en);
  return value as Exclude<Value, Refusal>;
}
