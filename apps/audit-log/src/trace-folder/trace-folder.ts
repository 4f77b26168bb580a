import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

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
    await mkdir(beside, { recursive: true });
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
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** Writes a file as its pieces come, at the pace of the disk. */
  async stream(path: string, pieces: AsyncIterable<string>): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await pipeline(Readable.from(pieces), createWriteStream(join(this.folder, path)));
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
