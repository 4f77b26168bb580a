import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { root } from '@recapito/servers';

let registry: Server | undefined;
afterEach(() => void registry?.close());

/** A registry that answers every question for advisories with these words. */
async function registryThat(status: number, body: object): Promise<string> {
  registry = createServer((request, response) => {
    request.resume().on('end', () => {
      const asked = request.url?.endsWith('/advisories/bulk') === true;
      response.writeHead(asked ? status : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => registry?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
}

/** What the command says of that registry, and its exit code. */
async function advisories(url: string): Promise<{ code: number; said: string }> {
  const environment = { ...process.env, npm_config_registry: url, npm_config_fetch_retries: '0' };
  return new Promise((resolve) => {
    const options = { cwd: root, env: environment };
    execFile('npm', ['run', '--silent', 'advisories'], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
}

describe('npm run advisories', () => {
  test('says that none is known, and ends with 0', async () => {
    const { code, said } = await advisories(await registryThat(200, {}));
    expect({ code, said }).toEqual({ code: 0, said: 'No advisory concerns a package of package-lock.json.\n' });
  });

  test('names the package and the advisory, and ends with 1 when it is grave', async () => {
    const advisory = {
      id: 1,
      url: 'https://advisories.example/1',
      title: 'Reads what it should not',
      severity: 'high',
      vulnerable_versions: '*',
      cwe: [],
      cvss: { score: 8, vectorString: null },
    };
    const { code, said } = await advisories(await registryThat(200, { kafkajs: [advisory] }));
    expect(said).toContain('high: kafkajs: Reads what it should not (https://advisories.example/1)');
    expect(code).toBe(1);
  });

  test('says that nothing was checked when no registry answers, and ends with 2', async () => {
    const { code, said } = await advisories(await registryThat(405, {}));
    expect(said).toContain('nothing was checked');
    expect(code).toBe(2);
    const { code: alone, said: words } = await advisories('http://127.0.0.1:9');
    expect(words).toContain('nothing was checked');
    expect(alone).toBe(2);
  });
});
