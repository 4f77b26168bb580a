import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PrismaClientClass, PrismaClientLike } from '@recapito/database';

export interface Parcel {
  readonly id: string;
  readonly label: string;
  readonly weight: number;
}

/** What the specs use of the client that Prisma generates from ../prisma. */
export interface ParcelClient extends PrismaClientLike {
  readonly parcel: {
    create(input: { data: Parcel }): Promise<Parcel>;
    findUnique(input: { where: { id: string } }): Promise<Parcel | null>;
    update(input: { where: { id: string }; data: Partial<Parcel> }): Promise<Parcel>;
    count(): Promise<number>;
  };
}

const root = new URL('../../../..', import.meta.url).pathname;
const schemas = new URL('../prisma', import.meta.url).pathname;

/** The real generated client, made once for each state of the schema under .recapito. */
export async function parcelClient(): Promise<PrismaClientClass<ParcelClient>> {
  const files = readdirSync(schemas).filter((name) => name.endsWith('.prisma'));
  const contents = files.map((name) => readFileSync(join(schemas, name), 'utf8'));
  const hash = createHash('sha256').update(contents.join()).digest('hex').slice(0, 12);
  const folder = join(root, '.recapito', `platform-spec-${hash}`);
  if (!existsSync(folder)) generate(files, contents, folder);
  const generated = (await import(pathToFileURL(join(folder, 'client', 'client.ts')).href)) as {
    PrismaClient: PrismaClientClass<ParcelClient>;
  };
  return generated.PrismaClient;
}

/** Beside its place and then renamed: spec files that run at once do not see half of it. */
function generate(files: readonly string[], contents: readonly string[], folder: string): void {
  mkdirSync(join(root, '.recapito'), { recursive: true });
  const beside = mkdtempSync(`${folder}-`);
  files.forEach((name, index) =>
    writeFileSync(join(beside, name), (contents[index] ?? '').replace('OUTPUT', './client')),
  );
  execFileSync(join(root, 'node_modules', '.bin', 'prisma'), ['generate', '--schema', '.'], {
    cwd: beside,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' },
    stdio: 'pipe',
  });
  try {
    renameSync(beside, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
