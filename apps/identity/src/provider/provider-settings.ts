import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Account, ClientMetadata, Configuration, JWK, KoaContextWithOIDC } from 'oidc-provider';
import { audienceOf, preferredLanguage, tokenAudiences } from '@recapito/platform';
import type { Roles } from '@recapito/platform';
import type { Operator } from '../domain/operator.ts';
import { endPage, failurePage, logoutPage } from '../pages/provider-pages.ts';

const resources = new Map<string, string>(tokenAudiences.map((service) => [audienceOf(service), service]));

/** How long each thing is good for, in seconds of the system clock. */
const lifetimes = {
  AccessToken: 10 * 60,
  AuthorizationCode: 60,
  IdToken: 10 * 60,
  Interaction: 15 * 60,
  RefreshToken: 8 * 3_600,
  Grant: 8 * 3_600,
  Session: 8 * 3_600,
} as const;

/** By what the provider is put together. */
export interface ProviderParts {
  readonly adapter: NonNullable<Configuration['adapter']>;
  /** Where the console is, without a slash at the end. */
  readonly consoleUrl: string;
  readonly signing: { readonly kid: string; readonly key: KeyObject };
  /** The public halves with which the console proves itself. */
  readonly consoleKeys: readonly { readonly kid: string; readonly key: KeyObject }[];
  readonly cookieKeys: readonly string[];
  readonly roles: Roles;
  /** The operator of an id, when the account is active. */
  readonly find: (id: string) => Promise<Operator | null>;
}

/**
 * The settings of the OpenID provider: authorization code with PKCE and nothing else, refresh tokens that are used once and
 * end with the session, access tokens as JWT for one service each.
 * @rule OIDC-CODE OIDC-ROTATION OIDC-AUDIENCE
 */
export function providerSettings(parts: ProviderParts): Configuration {
  return {
    adapter: parts.adapter,
    clients: [consoleClient(parts)],
    jwks: {
      keys: [{ ...parts.signing.key.export({ format: 'jwk' }), kid: parts.signing.kid, alg: 'ES256', use: 'sig' }],
    },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { clientAuthSigningAlgValues: ['EdDSA', 'Ed25519'], idTokenSigningAlgValues: ['ES256'] },
    clientAuthMethods: ['private_key_jwt'],
    responseTypes: ['code'],
    scopes: ['openid', 'profile', 'offline_access'],
    claims: { openid: ['sub', 'roles'], profile: ['name', 'preferred_username'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => true,
    ttl: lifetimes,
    cookies: {
      keys: [...parts.cookieKeys],
      names: { session: 'identity_session', interaction: 'identity_sign_in', resume: 'identity_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    interactions: { url: (_ctx, { uid }) => `/oidc/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, _client, oneOf) => oneOf ?? [],
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => resourceServer(resource),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => show(ctx, logoutPage(form, preferredLanguage(ctx.headers['accept-language']))),
        postLogoutSuccessSource: (ctx) => show(ctx, endPage(preferredLanguage(ctx.headers['accept-language']))),
      },
    },
    renderError: (ctx, { error }) => show(ctx, failurePage(error, preferredLanguage(ctx.headers['accept-language']))),
    findAccount: async (_ctx, id) => asAccount(await parts.find(id)),
    loadExistingGrant,
    extraTokenClaims: async (_ctx, token) => await claimsOf(token, parts),
  };
}

function consoleClient({ consoleUrl, consoleKeys }: ProviderParts): ClientMetadata {
  return {
    client_id: 'console',
    client_name: 'Recapito',
    redirect_uris: [`${consoleUrl}/auth/callback`],
    post_logout_redirect_uris: [`${consoleUrl}/`],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: consoleKeys.map(({ kid, key }) => publicJwk(kid, key)) },
  };
}

function publicJwk(kid: string, key: KeyObject): JWK {
  const half = key.type === 'public' ? key : createPublicKey(key);
  return { ...half.export({ format: 'jwk' }), kid, use: 'sig' };
}

/** @throws InvalidTarget for what is no service of the suite */
async function resourceServer(resource: string) {
  const service = resources.get(resource);
  if (service === undefined) {
    const { errors } = await import('oidc-provider');
    throw new errors.InvalidTarget();
  }
  return {
    scope: '',
    audience: resource,
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: lifetimes.AccessToken,
    jwt: { sign: { alg: 'ES256' as const } },
  };
}

/** The console is ours: nobody is asked whether it may know who signs in. Each sign-in has a grant of its own. */
async function loadExistingGrant(ctx: KoaContextWithOIDC) {
  const { client, session, provider } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const known = session.grantIdFor(client.clientId);
  const kept = known === undefined ? undefined : await provider.Grant.find(known);
  if (kept !== undefined) return kept;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile offline_access');
  await grant.save();
  return grant;
}

function asAccount(operator: Operator | null): Account | undefined {
  if (operator === null) return undefined;
  const { id, name, fullName, roles } = operator;
  const claims = { sub: id, name: fullName, preferred_username: name, roles: [...roles] };
  return { accountId: id, claims: () => claims };
}

/** What a service reads from a token: who it is, and what that person may do there now. */
async function claimsOf(token: object, { roles, find }: ProviderParts) {
  const { accountId, aud, sessionUid } = token as {
    readonly accountId?: string;
    readonly aud?: string;
    readonly sessionUid?: string;
  };
  const service = resources.get(String(aud));
  const operator = accountId === undefined ? null : await find(accountId);
  if (operator === null || service === undefined) return undefined;
  const permissions = roles.permissionsOf(operator.roles, service);
  return { preferred_username: operator.name, permissions, ...(sessionUid !== undefined && { sid: sessionUid }) };
}

function show(ctx: KoaContextWithOIDC, body: string): void {
  ctx.type = 'html';
  ctx.body = body;
}
