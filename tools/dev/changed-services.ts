import { type ServiceName, services } from '../suite/definitions.ts';

/**
 * The services that run code of a file, by its path in the repository: an app's own service for its sources, all of them
 * for a library's. What never runs in a service (specs, READMEs, what Prisma generates) changes none.
 */
export function servicesRunning(path: string): readonly ServiceName[] {
  const found = /^(apps|libs)\/([^/]+)\/src\/(.+)$/.exec(path);
  if (found === null) return [];
  const [, where, room, file] = found;
  if (!/\.(ts|lua)$/.test(file ?? '') || /\.spec\.ts$|\/generated\//.test(file ?? '')) return [];
  return where === 'libs' ? services : services.filter((name) => name === room);
}
