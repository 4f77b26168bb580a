import { applyDecorators, SetMetadata, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import { recordingOf } from './recording.ts';

const permissionKey = 'recapito:permission';
const publicKey = 'recapito:public';

/** A permission is a verb and a noun, as `read-pin-half`: what is done, and to what. */
const permissionName = /^[a-z]+(-[a-z]+)+$/;

/** Says which permission a route asks of its caller. */
export function Permission(permission: string): MethodDecorator {
  if (!permissionName.test(permission)) throw new Error(`the permission "${permission}" is not a verb and a noun`);
  return declare(permissionKey, permission, { permission });
}

/** Says that a route answers anybody: health, the public pages, and the doors where people prove who they are. */
export function Public(): MethodDecorator {
  return declare(publicKey, true, 'public');
}

/** What a route asks of its caller. */
export type Access = { readonly permission: string } | 'public';

/** Keeps it with the handler, and with the route that Fastify makes of it, which is looked at before the body is read. */
function declare(key: string, value: unknown, access: Access): MethodDecorator {
  return applyDecorators(SetMetadata(key, value), RouteConfig({ access }));
}

/** What a route declares: its permission, that it is public, or undefined when it forgot to say. */
export function accessOf(reflector: Reflector, handler: Function): Access | undefined {
  const permission = reflector.get<string | undefined>(permissionKey, handler);
  if (permission !== undefined) return { permission };
  return reflector.get<boolean | undefined>(publicKey, handler) === true ? 'public' : undefined;
}

/** Who may call what: the permissions of each service, and of the operator in a rehearsal. */
export type Grants = Readonly<Record<string, readonly string[]>>;

/**
 * Walks every route of the service before it listens. A route that declares neither a permission nor that it is
 * public, one that does not declare what it records of its caller, and a grant of a permission that no route asks for, are
 * mistakes that end the start.
 * @rule AUTH-DECLARED ACT-DECLARED
 */
export function checkRoutes(discovery: DiscoveryService, reflector: Reflector, grants: Grants): void {
  const scanner = new MetadataScanner();
  const asked = new Set<string>();
  const faults: string[] = [];
  for (const { metatype } of discovery.getControllers()) {
    const prototype = (metatype as Type | null)?.prototype as Record<string, unknown> | undefined;
    if (prototype === undefined) continue;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name];
      if (typeof handler !== 'function' || !isHttpRoute(handler)) continue;
      const access = accessOf(reflector, handler);
      if (access === undefined) faults.push(`${metatype?.name}.${name} declares neither @Permission nor @Public`);
      else if (access !== 'public') {
        asked.add(access.permission);
        if (recordingOf(reflector, handler) === undefined)
          faults.push(`${metatype?.name}.${name} declares none of @Reading, @Act, @Publishes, @RecordsNothing`);
      }
    }
  }
  for (const [caller, permissions] of Object.entries(grants))
    for (const permission of permissions)
      if (!asked.has(permission)) faults.push(`${caller} is granted "${permission}", which no route asks for`);
  if (faults.length > 0) throw new Error(`The routes and their permissions do not fit:\n  ${faults.join('\n  ')}`);
}

/** HTTP handlers carry a path and a method; handlers of facts carry neither. */
function isHttpRoute(handler: Function): boolean {
  return Reflect.hasMetadata('path', handler) && Reflect.hasMetadata('method', handler);
}
