import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Unavailable } from '@recapito/platform';
import type { RunningService } from '@recapito/platform';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { Cryptoki } from '../src/signing/cryptoki.ts';
import { tokenSigner } from '../src/signing/token-signer.ts';
import { evidenceAbout } from './evidence.ts';
import { mail, quiet, submit } from './post.ts';
import { SoftToken, softModule } from './soft-token.ts';
import { inAugust, inpsSender, mario, Stage } from './stage.ts';

const stage = new Stage();
const uri = `pkcs11:token=recapito;object=firma;id=%01?module-path=${softModule}`;
let token: SoftToken;
let certificate: string;

const file = (name: string) => join(stage.providers, name);

beforeAll(async () => {
  await stage.set();
  certificate = readFileSync(file('inps.pem'), 'utf8');
  token = SoftToken.holding(readFileSync(file('inps.key'), 'utf8'), 'firma');
  stage.onEnd(async () => token.remove());
});

afterAll(() => stage.end());

// Before anybody has signed in: from then on the whole process is, whatever PIN is said.
describe('a token is refused', () => {
  test.each([
    ['whose PIN is another', uri, '0000', 'C_Login'],
    ['that has no key of that name', uri.replace('firma', 'altra'), '4711', '0 private keys'],
    ['that is not there', uri.replace('recapito', 'altro'), '4711', '0 tokens'],
    ['whose module is not there', uri.replace('softhsm2', 'nessuno'), '4711', 'Failed to load'],
  ])('%s', (_, named, pin, words) => {
    expect(() => tokenSigner(certificate, named, pin)).toThrow(words);
  });

  test('whose key is not that of the certificate', () => {
    const other = readFileSync(file('enti.pem'), 'utf8');
    expect(() => tokenSigner(other, uri, token.pin)).toThrow('0 private keys of that name are the certificate’s');
  });
});

// @rule SIGN-TOKEN
describe('a provider whose key lies in a token', () => {
  let service: RunningService<PrismaClient>;
  beforeAll(async () => {
    rmSync(file('inps.key'));
    writeFileSync(file('inps.pkcs11'), `${uri}\n`, { mode: 0o600 });
    writeFileSync(file('inps.pin'), `${token.pin}\n`, { mode: 0o600 });
    service = await stage.service();
  });

  test('signs receipts and envelopes by it, which openssl verifies', async () => {
    const text = mail(inpsSender, mario.box, ['Subject: Dal token']);
    const { status, body } = await submit(service, await stage.serviceToken('notification'), text);
    expect(status).toBe(201);
    await quiet(service);
    const messages = stage.store.messagesOf(inpsSender);
    const evidence = evidenceAbout(body.identificativo, messages, file('authority.pem'));
    expect(evidence.map(({ tipo }) => tipo).toSorted()).toEqual(['accettazione', 'avvenuta-consegna']);
  });

  test('signs more at a time than it has sessions, each signature for what it was asked', async () => {
    const signer = tokenSigner(certificate, uri, token.pin);
    const contents = Array.from({ length: 20 }, (_, nth) => Buffer.from(`n. ${nth}\r\n`));
    const signed = await Promise.all(contents.map((content) => signer.sign(content, inAugust)));
    const again = await Promise.all(contents.map((content) => signer.sign(content, inAugust)));
    // PKCS #1 version 1.5 gives the same bytes for the same.
    expect(signed.map((each) => each.toString('hex'))).toEqual(again.map((each) => each.toString('hex')));
    expect(new Set(signed.map((each) => each.toString('hex'))).size).toBe(20);
  });

  test('signs nothing for now when the token has ended its sessions, and signs again by a new one', async () => {
    const signer = tokenSigner(certificate, uri, token.pin);
    const content = Buffer.from('prova\r\n');
    const before = await signer.sign(content, inAugust);
    const cryptoki = new Cryptoki(softModule);
    // A module gives its handles small numbers.
    for (let handle = 1; handle <= 1_000; handle += 1) cryptoki.closeSession(handle);
    await expect(signer.sign(content, inAugust)).rejects.toBeInstanceOf(Unavailable);
    expect((await signer.sign(content, inAugust)).toString('hex')).toBe(before.toString('hex'));
  });
});
