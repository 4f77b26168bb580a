import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { containers, root } from '@recapito/servers';
import { appDatabase } from '@recapito/servers/preparations';
import { consoleDefinition, definitions, services } from '../suite/definitions.ts';
import type { ServiceName } from '../suite/definitions.ts';
import { usualPorts } from '../suite/ports.ts';

interface Container {
  readonly image: string;
  readonly build?: { readonly target: string; readonly args?: { readonly APP: string } };
  /** Null is what is handed on from the shell of whoever starts it, and nothing when it is not set there. */
  readonly environment?: Readonly<Record<string, string | number | null>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart: string;
  readonly read_only?: boolean;
}

const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Container>;
  volumes: Record<string, null>;
};

const preparations = ['secrets', 'certificates', 'databases', 'topics'];
const servers = ['postgres', 'kafka', 'redis'] as const;
const ports = usualPorts(4000);

const folder = mkdtempSync(join(tmpdir(), 'recapito-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));

const surroundings = {
  folder,
  ports,
  secrets: '/secrets',
  shared: {
    RECAPITO_KAFKA_BROKERS: 'kafka:9092',
    RECAPITO_KAFKA_CREDENTIALS: '/credentials',
    RECAPITO_REDIS_URL: 'redis://redis:6379',
  },
  databases: new Map(services.map((app) => [app, appDatabase('postgres://postgres:word@postgres/postgres', app)])),
  store: '/store',
};

/** How `npm start` starts each service: what docker-compose.yml must keep up with. */
const started = [...definitions(surroundings), consoleDefinition(surroundings)];

/** What a setting is called when its value comes from a file. */
const nameOf = (variable: string): string => variable.replace(/_FILE$/, '');

function container(name: string): Container {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no ${name}`);
  return found;
}

/** The port of a URL, undefined for anything else. */
function portIn(value: string | number | null | undefined): string | undefined {
  return /^https?:\/\/[^/]+:(\d+)/.exec(String(value))?.[1];
}

/** What a setting is when nothing else was chosen: `${NAME:-usual}`. */
function usually(value: string | number | null | undefined): string {
  return /^\$\{\w+:-(.*)\}$/.exec(String(value))?.[1] ?? String(value);
}

test('docker-compose.yml holds every preparation, server and service, and nothing else', () => {
  const all = [...preparations, ...servers, 'mail-store', ...services, 'console'];
  expect(Object.keys(compose.services).sort()).toEqual(all.sort());
});

describe.each(started.map((definition) => [definition.name, definition] as const))('%s in a container', (name, own) => {
  test('has the settings that it has elsewhere, without the role that owns tables', () => {
    // Nobody drives an installation in containers.
    const elsewhere = ['RECAPITO_MIGRATOR_URL', 'RECAPITO_REHEARSAL_URL'];
    const expected = Object.keys(own.environment).filter((variable) => !elsewhere.includes(nameOf(variable)));
    // Elsewhere everybody is on the loopback.
    expected.push('RECAPITO_HOST', 'RECAPITO_REDIS_CA', ...(name === 'certified-mail' ? ['RECAPITO_LMTP_HOST'] : []));
    const settings = Object.entries(container(name).environment ?? {}).filter(([, value]) => value !== null);
    expect(settings.map(([variable]) => nameOf(variable)).sort()).toEqual(expected.map(nameOf).sort());
  });

  test('finds the others at their own ports', () => {
    const { environment = {} } = container(name);
    for (const [variable, value] of Object.entries(own.environment)) {
      const port = portIn(value);
      if (port === undefined) continue;
      if (variable === 'RECAPITO_REHEARSAL_URL') continue;
      const usual = usually(environment[variable]);
      const [, host = ''] = /^http:\/\/([^:]+):/.exec(usual) ?? [];
      expect([variable, portIn(usual)]).toEqual([variable, port]);
      // What browsers ask for: it is published, and no container's name.
      if (host === 'localhost') continue;
      const doors = host === 'mail-store' ? ['doveadm'] : [host];
      expect(doors.map((door) => String(ports[door as keyof typeof ports]))).toEqual([port]);
    }
    if (name === 'certified-mail')
      expect(environment).toMatchObject({
        RECAPITO_LMTP_PORT: ports.lmtp,
        RECAPITO_SMTP_PORT: ports.smtp,
        RECAPITO_SMTPS_PORT: ports.smtps,
        RECAPITO_SUBMISSION_PORT: ports.submission,
      });
  });

  test('is built as itself, answers at its usual port on this machine alone, and is healthy when it says it is ready', () => {
    const { build, environment, healthcheck, ports: published } = container(name);
    expect(build).toMatchObject({ target: 'service', args: { APP: name } });
    expect(environment?.['RECAPITO_PORT']).toBe(own.port);
    const management = ports[`${name as ServiceName | 'console'}-management`];
    expect(environment?.['RECAPITO_MANAGEMENT_PORT']).toBe(management);
    const mailDoors = name === 'certified-mail' ? [ports.smtp, ports.smtps, ports.submission] : [];
    expect(published).toEqual([own.port, ...mailDoors].map((port) => `127.0.0.1:${port}:${port}`));
    expect(healthcheck?.test.at(-1)).toBe(`http://127.0.0.1:${management}/health/ready`);
  });

  test('waits for what it needs, is given its own secrets only, and writes nowhere else', () => {
    const { depends_on: needs = {}, volumes = [], read_only: readOnly } = container(name);
    expect(needs).toMatchObject({
      databases: { condition: 'service_completed_successfully' },
      topics: { condition: 'service_completed_successfully' },
      redis: { condition: 'service_healthy' },
    });
    expect(volumes.filter((volume) => volume.includes('secrets'))).toEqual([
      `secrets-${name}:/run/recapito/secrets:ro`,
    ]);
    expect(readOnly).toBe(true);
  });
});

describe('what stays', () => {
  test.each([...servers, 'mail-store', ...services, 'console'])(
    '%s is started again when it ends, and has a check of its health',
    (name) => {
      expect(container(name).restart).toBe('unless-stopped');
      expect(container(name).healthcheck?.test.length).toBeGreaterThan(1);
    },
  );

  test.each(servers)('%s comes from the image that specs use', async (name) => {
    const { image } = await containers[name]({ folder, host: '127.0.0.1', port: 1, durable: true });
    expect(container(name).image).toBe(image);
  });

  test('the mail store is reached by mail clients, at their usual ports, and greets deliveries when it is healthy', () => {
    const { ports: published, healthcheck } = container('mail-store');
    expect(published).toEqual([ports.imaps, ports.pop3s].map((port) => `127.0.0.1:${port}:${port}`));
    expect(healthcheck?.test.at(-1)).toBe(`lmtp://127.0.0.1:${ports.lmtp}`);
  });

  test('servers are reached by the services alone', () => {
    for (const name of servers) expect(container(name).ports).toBeUndefined();
  });
});

test.each(preparations)('%s is done before whoever needs it begins', (name) => {
  const waiting = Object.values(compose.services).map(({ depends_on: needs }) => needs?.[name]?.condition);
  expect(new Set(waiting.filter(Boolean))).toEqual(new Set(['service_completed_successfully']));
});

test('every volume is used, and every one that is used is declared', () => {
  const used = Object.values(compose.services).flatMap(({ volumes = [] }) =>
    volumes.map((text) => text.split(':')[0] ?? '').filter((name) => !name.startsWith('.')),
  );
  expect([...new Set(used)].sort()).toEqual(Object.keys(compose.volumes).sort());
});

describe('the broker', () => {
  const settings = readFileSync(join(root, 'deploy/kafka/server.properties'), 'utf8');

  test('lets nobody in without a password, on either listener, and refuses what no rule allows', () => {
    expect(settings).toContain('listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT\n');
    expect(settings).toContain('authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n');
    expect(settings).toContain('allow.everyone.if.no.acl.found=false\n');
    expect(settings).toContain('super.users=User:broker;User:preparations\n');
  });

  test.each(services)('%s is a user of its own there, and has its password in its own folder of secrets', (name) => {
    expect(container(name).environment).toMatchObject({
      RECAPITO_KAFKA_USER: name,
      RECAPITO_KAFKA_PASSWORD_FILE: '/run/recapito/secrets/kafka.password',
    });
  });
});

describe('Redis', () => {
  const redis = container('redis') as Container & { readonly entrypoint: readonly string[]; readonly user: string };

  // @rule CONFIG-FILE INNER-TLS
  test('reads password and certificate from its own secrets, and is told neither by words nor by an environment', () => {
    expect(redis.entrypoint).toEqual(['sh', '/recapito/start.sh']);
    expect(redis.environment).toBeUndefined();
    expect(redis.volumes).toEqual(['secrets-redis:/run/recapito/secrets:ro', './deploy/redis:/recapito:ro']);
    expect([redis.user, redis.read_only]).toEqual(['redis', true]);
    expect(redis.depends_on).toEqual({ secrets: { condition: 'service_completed_successfully' } });
  });

  // @rule CONFIG-FILE INNER-TLS
  test.each([...services, 'console'])('%s comes to it over TLS, by an address that stands in a file', (name) => {
    const { environment = {} } = container(name);
    expect(environment).toMatchObject({
      RECAPITO_REDIS_URL_FILE: '/run/recapito/secrets/redis.url',
      RECAPITO_REDIS_CA_FILE: '/run/recapito/secrets/redis-ca.pem',
    });
    expect(environment).not.toHaveProperty('RECAPITO_REDIS_URL');
  });
});
