import { createServer } from 'node:net';

/** Every door of the suite, by default as far above the base (4000) as its own number says. */
const doors = {
  console: 0,
  identity: 1,
  mailbox: 2,
  migration: 3,
  notification: 4,
  'audit-log': 5,
  'certified-mail': 6,
  /** What the driver of a rehearsal tells of its run. */
  rehearsal: 99,
  'console-management': 100,
  'identity-management': 101,
  'mailbox-management': 102,
  'migration-management': 103,
  'notification-management': 104,
  'audit-log-management': 105,
  'certified-mail-management': 106,
  lmtp: 24,
  smtp: 25,
  smtps: 465,
  submission: 587,
  imaps: 993,
  pop3s: 995,
  doveadm: 996,
} as const;

export type Door = keyof typeof doors;

export type Ports = Readonly<Record<Door, number>>;

/** Where everybody expects the doors. */
export function usualPorts(base: number): Ports {
  const usual = Object.entries(doors).map(([door, offset]) => [door, base + offset]);
  return Object.fromEntries(usual) as Ports;
}

/**
 * A port for each door: the usual one, or the next that is free when somebody has it.
 * @param base 4000 unless `RECAPITO_PORT_BASE` moves them all
 */
export async function choosePorts(base: number): Promise<Ports> {
  // A door whose usual port is taken does not take another door's.
  const usual = usualPorts(base);
  const kept = new Set<number>(Object.values(usual));
  const chosen: [string, number][] = [];
  for (const [door, wanted] of Object.entries(usual)) {
    const port = await nextFree(wanted, kept);
    kept.add(port);
    chosen.push([door, port]);
  }
  return Object.fromEntries(chosen) as Ports;
}

/** The doors that are not where one expects them, for the person who looks for them. */
export function movedDoors(ports: Ports, base: number): string[] {
  const usual = usualPorts(base);
  return (Object.keys(doors) as Door[])
    .filter((door) => ports[door] !== usual[door])
    .map((door) => `${door} ${ports[door]}`);
}

async function nextFree(from: number, kept: ReadonlySet<number>): Promise<number> {
  for (let port = from; port < 65_536; port += 1)
    if ((port === from || !kept.has(port)) && (await isFree(port))) return port;
  throw new Error(`no free port from ${from} on`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
