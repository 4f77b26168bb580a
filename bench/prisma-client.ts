import { execFile } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { PrismaClientClass, PrismaClientLike } from '@recapito/database';
import { root } from '@recapito/servers';
import type { Ground } from './ground.ts';

const run = promisify(execFile);

/** The client that Prisma generates from `bench.prisma`, in a folder that goes at the end; offline, as the bootstrap does it. */
export async function generatedClient(ground: Ground): Promise<PrismaClientClass<PrismaClientLike>> {
  // Below the repository, so that what is generated finds the packages that it imports.
  const folder = join(root, '.recapito', `bench-client-${ground.id}`);
  await mkdir(folder, { recursive: true });
  await cp(join(import.meta.dirname, 'prisma', 'bench.prisma'), join(folder, 'bench.prisma'));
  ground.atEnd(() => rm(folder, { recursive: true }));
  await run(join(root, 'node_modules', '.bin', 'prisma'), ['generate', '--schema', 'bench.prisma'], {
    cwd: folder,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' },
  });
  const generated = (await import(pathToFileURL(join(folder, 'client', 'client.ts')).href)) as {
    PrismaClient: PrismaClientClass<PrismaClientLike>;
  };
  return generated.PrismaClient;
}
