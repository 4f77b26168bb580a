import { readJsonFile } from '@recapito/platform';
import { z } from 'zod';
import { ordinaryDomain } from '../domain/ordinary-mail.ts';
import type { ProviderIndex } from '@recapito/rfc6109';

const way = {
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  /** The name that its certificate bears; the host's when left out. */
  tlsName: z.string().min(1).optional(),
};

const domain = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'is not a domain in lower case');

const route = z.union([
  /** By the provider's name in the index. */
  z.strictObject({ provider: z.string().min(1), ...way }),
  /** By an ordinary domain, with A-labels: what stands in the place of a provider's name is `@` and the domain. */
  z.strictObject({ domain, ...way }).transform(({ domain: to, ...rest }) => ({ provider: `@${to}`, ...rest })),
]);

/** Where the incoming point of another provider listens, or a host of an ordinary domain. */
export type Route = z.output<typeof route>;

/** The routes, by the name of the provider in the index, or by `@` and the ordinary domain. */
export type Routes = ReadonlyMap<string, Route>;

/**
 * Reads the file of routes, a JSON array; without a file there are none.
 * @throws Error naming each fault; also when a provider stands twice, or not in the index.
 */
export function readRoutes(path: string | undefined, index: ProviderIndex): Routes {
  if (path === undefined) return new Map();
  const routes = new Map<string, Route>();
  for (const each of readJsonFile(path, z.array(route))) {
    const { provider } = each;
    if (routes.has(provider)) throw new Error(`${path}: there are two routes to ${provider}`);
    if (ordinaryDomain(provider) === null && !index.hasProvider(provider))
      throw new Error(`${path}: the index does not know ${provider}`);
    routes.set(provider, each);
  }
  return routes;
}
