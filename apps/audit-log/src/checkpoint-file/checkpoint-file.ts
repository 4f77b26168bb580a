import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { putFile } from '@recapito/platform';

/** The newest published checkpoint as a file outside the database: a signed note, replaced as a whole. */
export class CheckpointFile {
  constructor(readonly path: string) {}

  /** The note; null when there is no file. @throws when the file cannot be read. */
  async read(): Promise<string | null> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Replaces the note; it is on the disk, with its entry in the folder, when this resolves. */
  async write(note: string): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    await putFile(this.path, note);
  }
}
