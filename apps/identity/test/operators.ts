import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as client from 'openid-client';
import { KeyRing } from '@recapito/platform';
import { instant } from '@recapito/primitives';
import { codeAt } from '../src/secrets/one-time-codes.ts';
import { Browser, hidden, whereTo } from '@recapito/testing';
import type { Page } from '@recapito/testing';
import type { Stage } from './stage.ts';

export const consoleUrl = 'http://localhost:4000';
export const callback = `${consoleUrl}/auth/callback`;
export const everyResource = ['identity', 'mailbox', 'certified-mail', 'migration', 'notification', 'audit-log'].map(
  (service) => `urn:recapito:${service}`,
);

/** An operator of a spec, with what they know and have. */
export interface SpecOperator {
  readonly name: string;
  readonly password: string;
  readonly factor: Buffer;
}

/** A link to choose credentials, as a supervisor gets it. */
export async function added(stage: Stage, name: string, roles = ['operator'], fullName = 'Maria Bianchi') {
  const body = { name, fullName, roles };
  const { status, body: said } = await stage.call<{ link: string }>('POST', '/operators', { as: 'operator', body });
  if (status !== 201) throw new Error(`no account: ${JSON.stringify(said)}`);
  return said.link;
}

/** The secret of the second factor, as it stands on the page of a link. */
export function keyOn({ text }: Page): Buffer {
  const typed = /<p class="code" id="key">([A-Z2-7 ]+)<\/p>/.exec(text)?.[1];
  if (typed === undefined) throw new Error(`the page shows no key: ${text}`);
  return base32(typed.replaceAll(' ', ''));
}

/** RFC 4648, section 6, without padding. */
function base32(text: string): Buffer {
  const bits = Array.from(text, (sign) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
}

/** Chooses credentials by a link, with the code that the telephone shows. */
export async function chosen(
  link: string,
  password: string,
): Promise<{ readonly page: Page; readonly factor: Buffer }> {
  const browser = new Browser();
  const open = await browser.ask(link);
  const factor = keyOn(open);
  const code = codeAt(factor, instant(Date.now()));
  return { page: await browser.ask(link, { form: hidden(open, 'form'), password, again: password, code }), factor };
}

/** An operator who can sign in. */
export async function operatorOf(stage: Stage, name: string, roles?: string[]): Promise<SpecOperator> {
  const password = 'tramontana-e-scirocco-8';
  const { page, factor } = await chosen(await added(stage, name, roles), password);
  if (page.status !== 200) throw new Error(`no credentials: ${page.text}`);
  return { name, password, factor };
}

/** The code that the telephone of an operator shows now, as if none had been used yet. */
export async function freshCode(stage: Stage, { name, factor }: SpecOperator): Promise<string> {
  await stage.client.operator.update({ where: { name }, data: { lastStep: 0 } });
  return codeAt(factor, instant(Date.now()));
}

/** The console as an independent client knows it. */
export async function consoleClient(stage: Stage): Promise<client.Configuration> {
  const { kid } = new KeyRing(stage.secrets, 'console').signing('service');
  const pem = readFileSync(join(stage.secrets, 'console.service.key'), 'utf8');
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  const key = await crypto.subtle.importKey('pkcs8', new Uint8Array(der), 'Ed25519', false, ['sign']);
  return await client.discovery(
    new URL(issuerOf(stage)),
    'console',
    { id_token_signed_response_alg: 'ES256' },
    client.PrivateKeyJwt({ key, kid }),
    { execute: [client.allowInsecureRequests] },
  );
}

export function issuerOf(stage: Stage): string {
  return `http://localhost:${new URL(stage.url).port}/oidc`;
}

/** A sign-in that the console began. */
export interface Begun {
  readonly config: client.Configuration;
  readonly url: URL;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

export async function begun(stage: Stage, more: Record<string, string> = {}): Promise<Begun> {
  const config = await consoleClient(stage);
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid profile offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  });
  for (const resource of everyResource) url.searchParams.append('resource', resource);
  return { config, url, verifier, state, nonce };
}

/** Types what is asked for on the page of sign-in. @returns the redirect to the console, or the page again */
export async function typed(
  browser: Browser,
  page: Page,
  { name, password, code }: { readonly name: string; readonly password: string; readonly code: string },
): Promise<Page> {
  return await browser.open(page.url, { form: hidden(page, 'form'), name, password, code });
}

/** The address at the console to which a sign-in leads. */
export async function signedInAt(
  stage: Stage,
  operator: SpecOperator,
  { url }: Begun,
  browser = new Browser(),
): Promise<URL> {
  const page = await browser.open(url.href);
  const end = await typed(browser, page, { ...operator, code: await freshCode(stage, operator) });
  const onward = whereTo(end);
  if (onward === undefined) throw new Error(`no sign-in (${end.status}): ${end.text}`);
  return onward;
}

/** The tokens for the code that a sign-in brought. */
export async function tokensFor(
  { config, verifier, state, nonce }: Begun,
  onward: URL,
  resource = 'urn:recapito:identity',
) {
  return await client.authorizationCodeGrant(
    config,
    onward,
    { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce },
    { resource },
  );
}

/** The error code of RFC 6749 with which a grant was refused. */
export async function refusalOf(grant: Promise<unknown>): Promise<string | undefined> {
  try {
    await grant;
    return undefined;
  } catch (error) {
    if (error instanceof client.ResponseBodyError) return error.error;
    throw error;
  }
}
