import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { putFile } from '@recapito/platform';
import type { ServiceConfig } from '@recapito/platform';
import type { Channel } from '../domain/communication.ts';

export type CourtesyChannel = Exclude<Channel, 'pec'>;

/** A courtesy message on its way to one person. */
export interface CourtesyMessage {
  /** The communication's id: the same message is written once. */
  readonly id: string;
  readonly channel: CourtesyChannel;
  /** Whose folder it lands in: the codice fiscale, which a person knows of themselves. */
  readonly codiceFiscale: string;
  /** Number, address or office, by the channel. */
  readonly contact: string;
  readonly text: string;
}

/**
 * The channels of a rehearsal: what would go out by SMS, e-mail, letter or over the counter is a file,
 * `captured/<channel>/<codice fiscale>/<communication>.txt`, whole or not there at all. Who may read the folder is the
 * owner alone. // PIN-CAPTURED
 */
export class CaptureChannels {
  readonly #folder: string;

  /** @throws Error in production: nobody would get what is written here. */
  constructor({ mode, folder }: Pick<ServiceConfig, 'mode' | 'folder'>) {
    if (mode === 'production')
      throw new Error(
        'no adapter for the channels sms, email, posta and sportello is installed: PIN halves would reach nobody. ' +
          'Production needs one for each in apps/notification/src/channels; the one that is here writes to files and serves rehearsals.',
      );
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
