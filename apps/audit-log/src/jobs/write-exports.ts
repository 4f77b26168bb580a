import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop } from '@recapito/background';
import type { Database } from '@recapito/database';
import type { DueWork, JobWakes, OnServiceStart } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import { changeExport } from '../application/change-export.ts';
import { writeExport } from '../application/write-export.ts';
import { nextExport, recordWritten } from '../persistence/export.store.ts';
import type { TraceExport } from '../persistence/export.store.ts';
import type { PrismaClient } from '../persistence/generated/client.ts';
import type { TraceFolders } from '../trace-folder/trace-folder.ts';

/** Writes the exports that were asked for, one after the other; a process that died is followed by one that begins anew. */
@Injectable()
export class WriteExports implements OnServiceStart, OnModuleDestroy {
  readonly #loop: BackgroundLoop;
  readonly #logger = new Logger('write-exports');

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly folders: TraceFolders,
    private readonly dueWork: DueWork,
    wakes: JobWakes,
  ) {
    this.#loop = new BackgroundLoop((signal) => this.run(signal), { name: 'write-exports' });
    wakes.register('write-exports', this.#loop.wake);
  }

  onServiceStart(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** Writes whatever waits. */
  async run(signal: AbortSignal): Promise<void> {
    await this.dueWork.during(async () => {
      for (;;) {
        const asked = await nextExport(this.database.client);
        if (asked === null || signal.aborted) return;
        await this.#write(asked, signal);
      }
    });
  }

  async #write({ id, size }: TraceExport, signal: AbortSignal): Promise<void> {
    const started = await this.database.transaction((tx) => changeExport(tx, { id, command: 'start' }));
    if (isRefusal(started)) return;
    const folder = await this.folders.begin(id);
    const progress = async (written: number) =>
      !signal.aborted && (await recordWritten(this.database.client, id, written));
    try {
      if (!(await writeExport(this.database.client, { size, folder, progress }))) return;
      await this.folders.finish(id, folder);
      const finished = await this.database.transaction((tx) => changeExport(tx, { id, command: 'finish' }));
      if (isRefusal(finished)) await this.folders.remove(id);
    } catch (error) {
      this.#logger.error({ err: error, export: id, event: 'export-failed', message: 'an export of the trace failed' });
      const failure = error instanceof Error ? error.message : String(error);
      await this.database.transaction((tx) => changeExport(tx, { id, command: 'fail', failure }));
    } finally {
      await folder.discard();
    }
  }
}
