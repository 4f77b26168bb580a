import { posix } from 'node:path';

/** What package-lock.json says of an installed package, or of one of the workspace. */
export interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  /** A package of the workspace, which lies at `resolved`. */
  readonly link?: boolean;
  readonly resolved?: string;
}

/**
 * The packages that some packages of the workspace reach by their dependencies: what is needed at run time, without what
 * was installed beside it for building, testing and rehearsing.
 * @param packages the `packages` of package-lock.json
 * @param workspaces the packages to begin with, as `apps/identity`
 * @returns paths from the root, sorted, as `node_modules/pg`; packages of the house among them
 */
export function runtimeModules(
  packages: Readonly<Record<string, LockedPackage>>,
  workspaces: readonly string[],
): string[] {
  const found = new Set<string>();
  const pending = [...workspaces];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    for (const name of needsOf(packages[place] ?? {})) {
      const path = resolve(packages, place, name);
      // Not in the lock: nobody has installed this optional package.
      if (path === undefined || found.has(path)) continue;
      found.add(path);
      const { link, resolved } = packages[path] ?? {};
      pending.push(link && resolved !== undefined ? resolved : path);
    }
  }
  return [...found].sort();
}

/** Peers that one may do without are for whoever brings them. */
function needsOf(locked: LockedPackage): string[] {
  const peers = Object.keys(locked.peerDependencies ?? {});
  const needed = peers.filter((name) => locked.peerDependenciesMeta?.[name]?.optional !== true);
  return [...Object.keys({ ...locked.dependencies, ...locked.optionalDependencies }), ...needed];
}

/** Where Node finds a package from a place: in the nearest `node_modules` on the way up. */
function resolve(packages: Readonly<Record<string, unknown>>, place: string, name: string): string | undefined {
  for (let folder = place; ; folder = posix.dirname(folder)) {
    const path = posix.join(folder, 'node_modules', name);
    if (path in packages) return path;
    if (folder === '.' || folder === '') return undefined;
  }
}
