import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { putFile } from '@recapito/platform';
import type { Channels, CourtesyMessage } from './channels.ts';

/**
 * The channels of a rehearsal: what would go out by SMS, e-mail, letter or over the counter is a file,
 * `captured/<channel>/<codice fiscale>/<communication>.txt`, whole or not there at all. Who may read the folder is the
 * owner alone.
 * @rule PIN-CAPTURED
 */
export class CaptureChannels implements Channels {
  readonly #folder: string;

  /** @param folder the service's own */
  constructor(folder: string) {
    this.#folder = join(folder, 'captured');
  }

  /** Writes it; again if it is asked again, with the same bytes in the same place. */
  async send({ id, channel, codiceFiscale, contact, text }: CourtesyMessage): Promise<void> {
    if (!/^[A-Z0-9]{11,16}$/.test(codiceFiscale)) throw new Error(`communication ${id} names nobody's folder`);
    const folder = join(this.#folder, channel, codiceFiscale);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await putFile(join(folder, `${id}.txt`), `${contact}\n\n${text}`);
  }
}
