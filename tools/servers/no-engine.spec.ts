import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const hooks = join(import.meta.dirname, '..', 'typescript-hooks.mjs');
const program = join(import.meta.dirname, 'main.ts');

describe('servers in containers', () => {
  let place: string;

  const start = (environment: Record<string, string>) => {
    const given = { RECAPITO_POSTGRES_URL: '', RECAPITO_KAFKA_BROKERS: '', RECAPITO_REDIS_URL: '' };
    const words = ['--conditions=@recapito/source', '--import', hooks, program, '--folder', join(place, 'servers')];
    return spawnSync(process.execPath, words, {
      env: { ...process.env, ...given, ...environment },
      encoding: 'utf8',
      timeout: 30_000,
    });
  };

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'recapito-no-engine-'));
  });

  afterEach(() => rmSync(place, { recursive: true }));

  test('where no engine answers are refused in a sentence that says what to do, and nothing is left', () => {
    const nobody = `unix://${place}/nobody.sock`;
    const { status, stdout, stderr } = start({ RECAPITO_INFRA: 'containers', DOCKER_HOST: nobody });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr:
        `RECAPITO_INFRA=containers: no container engine answers at ${nobody} (DOCKER_HOST). ` +
        'Start Docker or Podman, or leave RECAPITO_INFRA out: the servers then run without containers.\n',
    });
    expect(readdirSync(place)).toEqual([]);
  });

  test('are the only other way: a word that is none is refused with those that are', () => {
    const { status, stdout, stderr } = start({ RECAPITO_INFRA: 'kubernetes' });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'RECAPITO_INFRA is "kubernetes"; it can be "embedded" (as when left out) or "containers"\n',
    });
    expect(readdirSync(place)).toEqual([]);
  });
});
