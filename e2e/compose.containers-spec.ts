import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import { CampaignDesk } from '../tools/rehearsal/campaign-desk.ts';
import { SuiteServices } from '../tools/rehearsal/suite-services.ts';
import { root } from '@recapito/servers';
import { services } from '../tools/suite/definitions.ts';
import { Composition } from './composition.ts';

const run = promisify(execFile);

/** Under load ten images and twelve starts take their time. */
const minutes = 60_000;

const ports: Readonly<Record<string, readonly number[]>> = {
  identity: [4001],
  mailbox: [4002],
  migration: [4003],
  notification: [4004],
  'audit-log': [4005],
  'certified-mail': [4006, 4025, 4465, 4587],
  'mail-store': [4993, 4995],
};

describe('docker compose', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recapito-compose-'));
  const anyPorts = join(folder, 'any-ports.yml');
  const composition = new Composition(`recapito-spec-${process.pid}`, [anyPorts]);

  /** The services as somebody on this machine reaches them, with the operator's token. */
  const doors = async (): Promise<SuiteServices> => {
    const addresses = services.map(async (name) => {
      const [port = 0] = ports[name] ?? [];
      return [name, `http://${await composition.address(name, port)}`] as const;
    });
    const token = await composition.read('migration', '/run/recapito/secrets/operator.token');
    return new SuiteServices(Object.fromEntries(await Promise.all(addresses)), token);
  };

  beforeAll(async () => {
    // Beside whatever else runs on this machine: the engine chooses the ports on this side.
    const published = Object.entries(ports).map(
      ([name, numbers]) =>
        `  ${name}:\n    ports: !override [${numbers.map((port) => `'127.0.0.1::${port}'`).join(', ')}]\n`,
    );
    writeFileSync(anyPorts, `services:\n${published.join('')}`);
    await run('npm', ['run', 'build'], { cwd: root, maxBuffer: 16 * 1_048_576 });
    await composition.build();
    await composition.up();
  }, 20 * minutes);

  afterAll(async () => {
    await composition.down('--volumes', '--timeout', '10');
    rmSync(folder, { recursive: true });
  }, 2 * minutes);

  test('up --wait ends with every server and service healthy and every preparation done', async () => {
    const healthy = ['postgres', 'kafka', 'redis', 'mail-store', ...services];
    const done = ['secrets', 'certificates', 'databases', 'topics'];
    expect(await composition.states()).toEqual(
      Object.fromEntries([
        ...healthy.map((name) => [name, 'running healthy']),
        ...done.map((name) => [name, 'exited 0']),
      ]),
    );
  });

  test.each(services)('%s says that it is ready, on the clock of the rehearsal', async (name) => {
    const [port = 0] = ports[name] ?? [];
    const bare = await fetch(`http://${await composition.address(name, port)}/health/ready`);
    expect(await bare.json()).toEqual({ status: 'ok' });
    const { checks } = JSON.parse(await composition.answer(name, `http://127.0.0.1:${port + 100}/health/ready`)) as {
      checks: { name: string; instant?: string }[];
    };
    expect(checks.find((check) => check.name === 'suite-clock')?.instant).toMatch(/^2010-08-02T/);
  });

  test(
    'a cohort that is loaded is announced: by certified messages that lie in the mail store',
    async () => {
      const desk = new CampaignDesk(await doors(), 'inps-2010');
      await desk.open('inps-2010');
      await desk.load(join(import.meta.dirname, 'cohorts', 'two-people.csv'), () => undefined);
      await eventually(
        async () => {
          expect((await desk.report()).moves).toMatchObject({ planned: 2, announced: 2, refused: 0 });
        },
        { withinMs: 2 * minutes, everyMs: 500 },
      );
    },
    3 * minutes,
  );

  test(
    'what it knew it knows after a stop and a new start',
    async () => {
      await composition.down('--timeout', '20');
      await composition.up();
      expect((await new CampaignDesk(await doors(), 'inps-2010').report()).moves).toMatchObject({
        planned: 2,
        announced: 2,
      });
    },
    5 * minutes,
  );
});
