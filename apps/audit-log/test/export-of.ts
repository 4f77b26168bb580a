import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@recapito/testing';
import type { RunningService } from '@recapito/platform';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import type { Scene } from './scene.ts';

const verifier = fileURLToPath(new URL('../../../tools/verify-trace/main.mjs', import.meta.url));

interface ExportTask {
  readonly id: string;
  readonly state: string;
  readonly size: number;
}

/** Asks for an export, waits for it, fetches every file and puts the public key beside the folder, as an auditor does. */
export async function exportTo(
  scene: Scene,
  service: RunningService<PrismaClient>,
  folder: string,
): Promise<ExportTask> {
  const json = async (path: string, init: { method?: string } = {}) => (await scene.ask(service, path, init)).json();
  const { id } = (await json('/exports', { method: 'POST' })) as ExportTask;
  const task = await eventually(async () => {
    const seen = (await json(`/exports/${id}`)) as ExportTask;
    return seen.state !== 'asked' && seen.state !== 'running' && seen;
  });
  for (let next: string | null = ''; next !== null;) {
    const page = (await json(`/exports/${id}/files?limit=20${next && `&after=${next}`}`)) as {
      items: string[];
      next: string | null;
    };
    for (const path of page.items) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      const file = await scene.ask(service, `/exports/${id}/files/content?path=${path}`);
      if (file.status !== 200) throw new Error(`${path}: ${file.status} ${await file.text()}`);
      await writeFile(join(folder, path), Buffer.from(await file.arrayBuffer()));
    }
    next = page.next;
  }
  const { key } = (await json('/checkpoints/key')) as { key: string };
  await writeFile(`${folder}.pub`, key);
  return task;
}

/** Runs the verifier on a folder, in a process that has nothing of ours. */
export function verify(folder: string, ...more: string[]): Promise<{ exit: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [verifier, folder, ...more], { env: { LANG: 'C' } }, (_, out, err) =>
      resolve({ exit: child.exitCode, said: out + err }),
    );
  });
}
