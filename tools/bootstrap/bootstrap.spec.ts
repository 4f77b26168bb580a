import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const repository = resolve(import.meta.dirname, '..', '..');

/** A checkout reduced to what the bootstrap looks at, with an npm and a Maven that only note what they are asked. */
describe('the bootstrap', () => {
  let checkout: string;
  let programs: string;

  const program = (name: string, lines: string): void => {
    writeFileSync(join(programs, name), `#!/bin/sh\necho "${name} $*" >> ${checkout}/asked\n${lines}\n`, {
      mode: 0o755,
    });
  };
  const asked = (): string[] => {
    try {
      return readFileSync(join(checkout, 'asked'), 'utf8').trimEnd().split('\n');
    } catch {
      return [];
    }
  };
  const run = (
    environment: Record<string, string> = {},
    ...words: string[]
  ): { status: number | null; said: string } => {
    const given = {
      HOME: checkout,
      RECAPITO_INSTALL: 'no',
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      ...environment,
    };
    const done = spawnSync(process.execPath, [join(checkout, 'tools', 'bootstrap', 'main.mjs'), ...words], {
      env: given,
      encoding: 'utf8',
    });
    return { status: done.status, said: `${done.stdout}${done.stderr}` };
  };

  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), 'recapito-bootstrap-'));
    for (const part of ['tools/bootstrap', 'libs/servers/kafka', 'libs/servers/redis', 'libs/servers/src']) {
      cpSync(join(repository, part), join(checkout, part), { recursive: true });
    }
    mkdirSync(join(checkout, 'apps'));
    writeFileSync(join(checkout, 'package-lock.json'), '{"lockfileVersion":3}');
    programs = join(checkout, 'programs');
    mkdirSync(programs);
    program('npm', `mkdir -p ${checkout}/node_modules && touch ${checkout}/node_modules/.package-lock.json`);
    program('mvn', 'for word; do case "$word" in -DoutputDirectory=*) mkdir -p "${word#*=}";; esac; done');
  });

  afterEach(() => rmSync(checkout, { recursive: true }));

  test('installs and fetches once, and has nothing to say the second time', () => {
    expect(run().status).toBe(0);
    expect(asked().toSorted()).toEqual([
      expect.stringMatching(/^mvn .*libs\/servers\/kafka\/pom\.xml dependency:copy-dependencies/),
      ...(asked().length === 3 ? [expect.stringMatching(/^mvn .*redis\/pom\.xml dependency:unpack-dependencies/)] : []),
      'npm install --omit=dev --no-audit --no-fund',
    ]);
    const before = asked().length;
    expect(run()).toEqual({ status: 0, said: '' });
    expect(asked()).toHaveLength(before);
  });

  test('installs again when the lock has changed, and when node_modules was removed', () => {
    run();
    writeFileSync(join(checkout, 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}');
    expect(run().said).toContain('installing the npm packages');
    rmSync(join(checkout, 'node_modules'), { recursive: true });
    expect(run().said).toContain('installing the npm packages');
    expect(asked().filter((line) => line.startsWith('npm'))).toHaveLength(3);
  });

  test('installs what only checks need when they are asked for, and keeps it afterwards', () => {
    const installs = () => asked().filter((line) => line.startsWith('npm'));
    run();
    expect(run({}, '--all-packages').said).toContain('installing the npm packages');
    expect(installs()).toEqual(['npm install --omit=dev --no-audit --no-fund', 'npm install --no-audit --no-fund']);
    expect(run().said).toBe('');
    expect(run({}, '--all-packages').said).toBe('');
    expect(installs()).toHaveLength(2);
  });

  test('tries again what has failed, and says with its words why', () => {
    program('npm', 'echo "the registry is asleep" >&2; exit 1');
    const failed = run();
    expect(failed.status).toBe(1);
    expect(failed.said).toContain('the registry is asleep');
    expect(failed.said).not.toContain('    at ');
    run();
    expect(asked().filter((line) => line.startsWith('npm'))).toEqual([
      'npm install --omit=dev --no-audit --no-fund',
      'npm install --omit=dev --no-audit --no-fund',
    ]);
  });

  test('makes the secrets once, for their owner alone, and each another one', () => {
    run();
    const folder = join(checkout, '.recapito', 'secrets');
    const names = readdirSync(folder).sort();
    expect(names).toEqual([
      'audit-log.service.key',
      'certified-mail.service.key',
      'checkpoint.key',
      'console.service.key',
      'first-access.key',
      'holder-id.key',
      'identity.citizen-sessions.key',
      'identity.provider.key',
      'identity.service.key',
      'keys.json',
      'mailbox.service.key',
      'migration.service.key',
      'notification.service.key',
      'operator.token',
      'quarantine.key',
    ]);
    expect(names.map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8))).toEqual(
      names.map(() => '600'),
    );
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
    const contents = (): string[] => names.map((name) => readFileSync(join(folder, name), 'utf8'));
    const made = contents();
    expect(new Set(made).size).toBe(names.length);
    run();
    expect(contents()).toEqual(made);
  });

  test('that may not install names all that is missing in one message, before anything is fetched or made', () => {
    const { status, said } = run({ PATH: programs });
    expect(status).toBe(1);
    expect(said).toContain('This machine lacks, and nothing has been downloaded yet:');
    for (const what of ['Java 17 or newer', 'openssl', 'xmllint', 'setpriv']) expect(said).toContain(`  - ${what}`);
    expect(said).toMatch(/apt-get install --no-install-recommends .*openjdk-17-jre-headless .*openssl libxml2-utils/);
    expect(said).toContain('RECAPITO_KAFKA_BROKERS');
    expect(asked()).toEqual([]);
    expect(existsSync(join(checkout, '.recapito'))).toBe(false);
  });

  test('bundles the services again when a source has changed, not when a spec has', () => {
    for (const part of ['tools/build/bundle.mjs', 'tools/swc-options.mjs'])
      cpSync(join(repository, part), join(checkout, part));
    const put = (path: string, content: string): void => {
      mkdirSync(dirname(join(checkout, path)), { recursive: true });
      writeFileSync(join(checkout, path), content);
    };
    put('apps/post/package.json', '{ "programs": ["main.ts"] }');
    put('apps/post/src/main.ts', 'export {};');
    put('libs/letters/src/index.ts', 'export {};');
    put('apps/post/dist/main.js', '');
    put('node_modules/.bin/node', `#!/bin/sh\necho "node $*" >> ${checkout}/asked\n`);
    chmodSync(join(checkout, 'node_modules/.bin/node'), 0o755);
    const bundled = (): number => {
      expect(run().status).toBe(0);
      return asked().filter((words) => words === 'node tools/build/bundle.mjs').length;
    };
    expect([bundled(), bundled()]).toEqual([1, 1]);
    put('libs/letters/src/index.spec.ts', '');
    expect(bundled()).toBe(1);
    put('libs/letters/src/index.ts', 'export const stamp = 1;');
    expect(bundled()).toBe(2);
    rmSync(join(checkout, 'apps/post/dist/main.js'));
    expect(bundled()).toBe(3);
  });

  test('does not ask for what only servers outside containers need', () => {
    expect(run({ PATH: programs, RECAPITO_INFRA: 'containers' }).said).not.toMatch(/Java|Maven/);
    expect(run({ RECAPITO_INFRA: 'containers' }).status).toBe(0);
    expect(asked()).toEqual(['npm install --omit=dev --no-audit --no-fund']);
  });

  test('does not ask for what only a server needs whose address is given', () => {
    const given = { RECAPITO_KAFKA_BROKERS: 'broker.example:9092', RECAPITO_REDIS_URL: 'redis://redis.example' };
    expect(run({ PATH: programs, ...given }).said).not.toContain('Java');
    expect(run(given).status).toBe(0);
    expect(asked()).toEqual(['npm install --omit=dev --no-audit --no-fund']);
  });
});
