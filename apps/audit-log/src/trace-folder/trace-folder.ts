import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * An export names persons: it is its service's alone.
 * @rule FILES-OWN
 */
const ownFolder = { recursive: true, mode: 0o700 } as const;
const ownFile = { mode: 0o600 } as const;

/** The exports of this service, a folder each; one is seen under its name only when it is whole. */
export class TraceFolders {
  constructor(private readonly folder: string) {}

  /** Where a file of a finished export lies. */
  pathOf(id: string, file: string): string {
    return join(this.folder, id, file);
  }

  /** Begins an export beside its place, from nothing. */
  async begin(id: string): Promise<TraceFolder> {
    const beside = join(this.folder, `.${id}.${process.pid}`);
    await rm(beside, { recursive: true, force: true });
    await mkdir(beside, ownFolder);
    return new TraceFolder(beside);
  }

  /** Puts a whole export in its place; one that stands there already is the same. */
  async finish(id: string, written: TraceFolder): Promise<void> {
    await rm(join(this.folder, id), { recursive: true, force: true });
    await rename(written.folder, join(this.folder, id));
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.folder, id), { recursive: true, force: true });
  }
}

/** A folder that is being written. */
export class TraceFolder {
  constructor(readonly folder: string) {}

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), ownFolder);
    await writeFile(join(this.folder, path), content, ownFile);
  }

  /** Writes a file as its pieces come, at the pace of the disk. */
  async stream(path: string, pieces: AsyncIterable<string>): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), ownFolder);
    await pipeline(Readable.from(pieces), createWriteStream(join(this.folder, path), ownFile));
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
