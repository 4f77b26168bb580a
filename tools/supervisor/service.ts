/** A service to be kept running, as the supervisor needs to know it. */
export interface ServiceDefinition {
  readonly name: string;
  /** The file that is run: a program that was built, or a TypeScript source. */
  readonly entry: string;
  /** The service's own port, by which it is known to be ours. It reads the same from its environment. */
  readonly port: number;
  /** The port of the loopback at which `/health/ready` is asked, in the clear. */
  readonly management: number;
  /** Added to our own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The services that must be ready before this one starts, and that outlive it when all stop. */
  readonly after: readonly string[];
}

/**
 * Layers of services: each stands on those before it, and within one the order does not matter.
 * @throws Error when services wait for each other in a circle, or for one that is not there
 */
export function layers(services: readonly ServiceDefinition[]): ServiceDefinition[][] {
  const names = new Set(services.map(({ name }) => name));
  const placed = new Set<string>();
  const found: ServiceDefinition[][] = [];
  let left = [...services];
  for (const { name, after } of services) {
    const unknown = after.filter((other) => !names.has(other));
    if (unknown.length > 0) throw new Error(`${name} waits for ${unknown.join(', ')}, which is not among the services`);
  }
  while (left.length > 0) {
    const layer = left.filter(({ after }) => after.every((name) => placed.has(name)));
    if (layer.length === 0) throw new Error(`these wait for each other: ${left.map(({ name }) => name).join(', ')}`);
    for (const { name } of layer) placed.add(name);
    left = left.filter((service) => !layer.includes(service));
    found.push(layer);
  }
  return found;
}
