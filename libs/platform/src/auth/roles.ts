import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../files/read-json-file.ts';

const words = z.object({ it: z.string().min(1), en: z.string().min(1) });
const permissions = z.array(z.string().regex(/^[a-z]+(-[a-z]+)+$/, 'is not a verb and a noun, as read-holds is'));

const role = z.strictObject({
  role: z.string().regex(/^[a-z]+(-[a-z]+)*$/, 'is no name of a role, as supervisor is'),
  words,
  /** By service. */
  permissions: z.record(z.string(), permissions),
});

const rolesFile = z.strictObject({
  roles: z
    .array(role)
    .min(1)
    .refine((all) => new Set(all.map(({ role: name }) => name)).size === all.length, 'names a role twice'),
});

export type Role = z.output<typeof role>;

/**
 * What the people of an installation may be, and what each role may do: `programmes/roles.json`.
 * @rule ROLES-DATA
 */
export class Roles {
  readonly #roles: ReadonlyMap<string, Role>;

  private constructor(roles: readonly Role[]) {
    this.#roles = new Map(roles.map((each) => [each.role, each]));
  }

  /** @throws Error when the file is missing or is not what it should be; it says what and where */
  static read(programmes: string): Roles {
    return new Roles(readJsonFile(join(programmes, 'roles.json'), rolesFile).roles);
  }

  get names(): ReadonlySet<string> {
    return new Set(this.#roles.keys());
  }

  /** What somebody with these roles may do at a service; a role that is no longer in the file adds nothing. */
  permissionsOf(roles: readonly string[], service: string): string[] {
    const granted = roles.flatMap((name) => this.#roles.get(name)?.permissions[service] ?? []);
    return [...new Set(granted)].sort();
  }

  /** How roles are called; one that is no longer in the file has no words. */
  wordsOf(roles: readonly string[]): Role['words'][] {
    return roles.flatMap((name) => this.#roles.get(name)?.words ?? []);
  }

  /**
   * Looks for permissions that mean nothing: at a service that does not ask for them, or at none of these services.
   * @param grantable what each of the services knows as a permission of operators
   * @throws Error that names each of them
   */
  check(
    grantable: Readonly<Record<string, readonly string[]>>,
    services: readonly string[] = Object.keys(grantable),
  ): void {
    const faults = [...this.#roles.values()].flatMap(({ role: name, permissions: by }) =>
      Object.entries(by).flatMap(([service, asked]) => {
        if (!services.includes(service)) return [`${name}: there is no service "${service}"`];
        const known = grantable[service];
        const strange = known === undefined ? [] : asked.filter((each) => !known.includes(each));
        return strange.map((each) => `${name}: "${each}" is no permission of operators at ${service}`);
      }),
    );
    if (faults.length > 0) throw new Error(`roles.json and the services do not fit:\n  ${faults.join('\n  ')}`);
  }

  /** The roles that may do something at any service, for whoever must not be left without one. */
  withPermission(service: string, permission: string): string[] {
    return [...this.#roles.values()]
      .filter((each) => each.permissions[service]?.includes(permission))
      .map(({ role: name }) => name);
  }
}
