import { audienceOf, tokenAudiences } from '@recapito/platform';
import * as client from 'openid-client';
import { Strategy } from 'openid-client/passport';
import passport from 'passport';
import { z } from 'zod';
import type { Session, Tokens } from '../sessions/session-store.ts';
import type { OpenIdClient } from './open-id-client.ts';
import { tokensIn } from './open-id-client.ts';

/** The service whose token comes with the sign-in; those of the others are asked for when they are needed. */
const firstService = 'identity';

/** Under which name the strategy keeps what it checks an answer by. */
const checksKey = 'checks';

/** What the ID token of an operator says. */
const operatorClaims = z.object({
  sub: z.string(),
  name: z.string(),
  preferred_username: z.string(),
  roles: z.array(z.string()),
});

/** By what the answer of the provider is checked: the verifier of PKCE, the state, the nonce. */
export type Checks = Record<string, string | number>;

/** What a person who has signed in is, and may do. */
export interface SignedIn {
  readonly operator: Session['operator'];
  readonly tokens: Tokens;
}

/** What the strategy made of a request: the browser goes to the provider, somebody has signed in, or nobody has. */
export type Round =
  | { readonly redirect: string; readonly checks: Checks }
  | { readonly signedIn: SignedIn }
  | { readonly failed: string };

/** As much of a request as the strategy looks at. What it would keep in an Express session is handed to it and taken back. */
interface StrategyRequest {
  readonly method: 'GET';
  readonly url: string;
  readonly session: { [checksKey]?: Checks | undefined };
}

/**
 * Passport's strategy of `openid-client`, with state and nonce at every sign-in, a token for one service, and the public
 * address of the callback whatever host a request names.
 * @rule CONSOLE-OPENID
 */
class SignInStrategy extends Strategy {
  override authorizationRequestParams(): URLSearchParams {
    return new URLSearchParams({ state: client.randomState(), nonce: client.randomNonce() });
  }

  override authorizationCodeGrantParameters(): URLSearchParams {
    return new URLSearchParams({ resource: audienceOf(firstService) });
  }

  override currentUrl({ url }: { readonly url: string }): URL {
    return new URL(url);
  }
}

/** Begins a sign-in: where the browser goes, and what its way back is checked by. */
export async function beginRound(provider: OpenIdClient): Promise<Round> {
  return await round(provider, { method: 'GET', url: provider.callback, session: {} });
}

/** Ends one by what the provider has sent back in `query`. */
export async function endRound(provider: OpenIdClient, query: string, checks: Checks): Promise<Round> {
  const url = `${provider.callback}?${query}`;
  return await round(provider, { method: 'GET', url, session: { [checksKey]: checks } });
}

async function round(provider: OpenIdClient, request: StrategyRequest): Promise<Round> {
  const config = await provider.configuration();
  const authenticator = new passport.Passport();
  const settings = {
    config,
    sessionKey: checksKey,
    callbackURL: provider.callback,
    scope: 'openid profile offline_access',
    resource: tokenAudiences.map(audienceOf),
  };
  authenticator.use(
    'provider',
    new SignInStrategy(settings, (tokens, done) => {
      done(null, signedInBy(tokens));
    }),
  );
  return await new Promise<Round>((resolve, reject) => {
    const decided = (error: unknown, user: SignedIn | false | null | undefined, info: unknown) => {
      if (error) reject(error);
      else resolve(user ? { signedIn: user } : { failed: JSON.stringify(info) });
    };
    authenticator.authenticate('provider', { session: false }, decided)(request, redirectTo(request, resolve), reject);
  });
}

/** As much of an answer as Passport writes to when it sends a browser on. */
function redirectTo({ session }: StrategyRequest, resolve: (round: Round) => void) {
  let location = '';
  return {
    statusCode: 0,
    setHeader: (name: string, value: string) => {
      if (name === 'Location') location = value;
    },
    end: () => resolve({ redirect: location, checks: session[checksKey] ?? {} }),
  };
}

/** Who has signed in, by the ID token. */
function signedInBy(tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers): SignedIn | false {
  const claims = operatorClaims.safeParse(tokens.claims());
  if (!claims.success) return false;
  const { sub: id, name: fullName, preferred_username: name, roles } = claims.data;
  return { operator: { id, name, fullName, roles }, tokens: tokensIn(tokens, firstService) };
}
