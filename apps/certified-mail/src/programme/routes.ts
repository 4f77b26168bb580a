import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ProviderIndex } from '@recapito/rfc6109';

const route = z.strictObject({
  /** The provider's name in the index. */
  provider: z.string().min(1),
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  /** The name that its certificate bears; the host's when left out. */
  tlsName: z.string().min(1).optional(),
});

/** Where the incoming point of another provider listens. */
export type Route = z.output<typeof route>;

/** The routes to other providers, by their name in the index. */
export type Routes = ReadonlyMap<string, Route>;

/**
 * Reads the file of routes, a JSON array; without a file there are none.
 * @throws Error naming each fault; also when a provider stands twice, or not in the index.
 */
export function readRoutes(path: string | undefined, index: ProviderIndex): Routes {
  if (path === undefined) return new Map();
  const reading = z.array(route).safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!reading.success) throw new Error(`${path}: ${z.prettifyError(reading.error)}`);
  const routes = new Map<string, Route>();
  for (const each of reading.data) {
    if (routes.has(each.provider)) throw new Error(`${path}: there are two routes to ${each.provider}`);
    if (!index.hasProvider(each.provider)) throw new Error(`${path}: the index does not know ${each.provider}`);
    routes.set(each.provider, each);
  }
  return routes;
}
