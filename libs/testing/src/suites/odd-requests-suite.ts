import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { grantsOf, Roles, tokenAudiences } from '@recapito/platform';
import type { PrismaClientLike } from '@recapito/database';
import type { ProblemDocument } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { inLongForm, longForm } from '../long-form.ts';
import type { ServiceStage } from '../service-stage.ts';
import { send } from '../stage-request.ts';
import { admittedByPage, callingServices } from './access-matrix.ts';
import type { Admitted } from './access-matrix.ts';
import { oddRequests, routesOf } from './described-requests.ts';
import type { ApiDocument, DescribedRoute } from './described-requests.ts';
import { drawnRequests, KnownValues } from './drawn-requests.ts';

/** How many requests are drawn for each caller of a route; `npm run test:contract` draws more. */
const drawn = longForm ? 300 : 3;
const seed = Number(process.env['RECAPITO_SEED'] ?? 3339);

/** What is wrong with a request does not hang on who sends it: `npm run test:contract` sends it as everybody. */
const askedAs = <Caller>(callers: readonly Caller[]) => inLongForm(callers, callers.slice(-1));

/** When the service runs, and who may call it beside operator and services: tokens of people, and of others by name. */
export interface OddRequestsScene {
  readonly at: Instant;
  readonly people?: () => Promise<readonly string[]>;
  readonly others?: () => Readonly<Record<string, string>>;
}

/**
 * What every service promises to whoever calls it wrongly: an answer in words, and never a fault. Each route that the
 * service describes gets, from everybody who may call it, what nobody sends who means well.
 */
export function oddRequestsSuite<Client extends PrismaClientLike>(
  stage: ServiceStage<Client>,
  { at, people = () => Promise.resolve([]), others = () => ({}) }: OddRequestsScene,
): void {
  describe(`${stage.app}, called by whoever does not know how`, () => {
    let routes: DescribedRoute[];
    const callers: { readonly name: string; readonly token: string | undefined }[] = [
      { name: 'anybody', token: undefined },
    ];

    beforeAll(async () => {
      await stage.open(at);
      routes = routesOf((await stage.look<ApiDocument>('/openapi.json')).body);
      for (const name of ['operator', ...callingServices]) callers.push({ name, token: await stage.tokenOf(name) });
      callers.push(...(await people()).map((token) => ({ name: 'citizen', token })));
      callers.push(...Object.entries(others()).map(([name, token]) => ({ name, token })));
    });
    afterAll(() => stage.stop());

    /** Those of all callers whom a route lets in. */
    async function callersOf(route: DescribedRoute): Promise<typeof callers> {
      const [first] = oddRequests(route);
      if (first === undefined) throw new Error('there is always a first');
      const answers = await Promise.all(
        callers.map(({ token }) =>
          send<ProblemDocument>(first.method, `${stage.url}${first.path}`, { ...first, token }),
        ),
      );
      return callers.filter((_, nth) => !String(answers[nth]?.body.type).startsWith('caller/'));
    }

    test('admits at each route whom docs/SECURITY.md names, and nobody else', async () => {
      const admitted: Record<string, Admitted> = {};
      for (const route of routes) {
        const names = (await callersOf(route)).map(({ name }) => name);
        admitted[`${route.method} ${route.path}`] = names.includes('anybody') ? ['anybody'] : [...new Set(names)];
      }
      expect(admitted).toEqual(admittedByPage(stage.app));
    });

    test('asks operators for every permission that programmes/roles.json gives them here', async () => {
      const service = await stage.described();
      const roles = Roles.read(service.config.programmes);
      expect(() => roles.check({ [stage.app]: grantsOf(service)['operator'] ?? [] }, tokenAudiences)).not.toThrow();
      expect(roles.permissionsOf(['supervisor'], stage.app)).not.toEqual([]);
    });

    test('answers every request with what was asked or with a problem, and never with a fault', async () => {
      const faults: string[] = [];
      let asked = 0;
      for (const route of routes)
        for (const { token } of askedAs(await callersOf(route)))
          for (const request of oddRequests(route)) {
            asked++;
            const { status } = await send(request.method, `${stage.url}${request.path}`, { ...request, token });
            if (status === 500) faults.push(`${request.method} ${request.path} ${request.body?.slice(0, 200) ?? ''}`);
          }
      expect(faults).toEqual([]);
      expect(asked).toBeGreaterThan(routes.length);
      expect((await stage.call('GET', '/health/live')).status).toBe(200);
    });

    // Each answer is compared with docs/api, as in every spec: here for what its document lets a caller send.
    test(
      `answers ${drawn} requests of each caller and route that are drawn from its document as that says (seed ${seed})`,
      async () => {
        const faults: string[] = [];
        const known = new KnownValues();
        const statuses = new Set<number>();
        for (const route of routes)
          for (const { token } of await callersOf(route))
            for (const request of drawnRequests(route, { seed, count: drawn, known: known.all })) {
              const { status, body } = await send(request.method, `${stage.url}${request.path}`, { ...request, token });
              statuses.add(status);
              if (status < 300) known.take(body);
              if (status >= 500 && status !== 503)
                faults.push(`${status} ${request.method} ${request.path} ${request.body?.slice(0, 500) ?? ''}`);
            }
        expect(faults).toEqual([]);
        expect([...statuses]).toEqual(expect.arrayContaining([200, 400]));
      },
      60_000 + drawn * 20_000,
    );
  });
}
