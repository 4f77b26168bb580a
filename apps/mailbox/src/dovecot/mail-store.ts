import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, readlink, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { mailboxStates, quotaAt } from '@recapito/capability';
import type { CompiledCalendar, MailboxState } from '@recapito/capability';
import type { CertifiedAddress, Instant } from '@recapito/primitives';
import { accessLevel, doors, rightsOf } from '../domain/access-rights.ts';
import type { AccessLevel, Door } from '../domain/access-rights.ts';
import { ownBoxes } from '../domain/own-boxes.ts';
import { mailOwner } from './accounts.ts';
import { homeOf, rightsFolder } from './store-folder.ts';
import type { StoreFolder } from './store-folder.ts';

/** What the store has to know of a box. */
export interface StoredBox {
  readonly address: CertifiedAddress;
  readonly service: string;
  readonly state: MailboxState;
}

/**
 * The files behind Dovecot. Everything here may be done again without harm, and each replacement is one rename: a live
 * session finds the old rights or the new ones, never half of them.
 */
export class MailStore {
  readonly #store: StoreFolder;

  constructor(store: StoreFolder) {
    this.#store = store;
  }

  /** Makes a box's home, in which deliveries and log-ins can begin. */
  async prepareHome(box: StoredBox): Promise<void> {
    const home = join(this.#store.homes, homeOf(box.address));
    await makeEnterable(home);
    if (process.getuid?.() === 0) {
      const { uid, gid } = mailOwner();
      await chown(home, uid, gid);
    }
    await this.pointRights(box);
  }

  /**
   * Gives a box the rights of its state. Sessions that are open keep none of the old ones: their next command reads
   * through the new link.
   */
  async pointRights({ address, service, state }: StoredBox): Promise<void> {
    const home = join(this.#store.homes, homeOf(address));
    const link = join(home, 'rights');
    const target = relative(home, join(this.#store.rights, rightsFolder(service, state)));
    if ((await linkAt(link)) === target) return;
    const draft = `${link}.${randomBytes(4).toString('hex')}`;
    await symlink(target, draft);
    await rename(draft, link);
  }

  /**
   * Writes the rights of the boxes of providers and bodies, which have no size. Who opens one may do everything in it: that
   * is a body for which identity holds an account.
   */
  async writeOwnRights(): Promise<void> {
    const folder = join(this.#store.rights, rightsFolder(ownBoxes, 'active'));
    for (const door of doors) await replace(join(folder, door), rightsLine('full', door));
    await replace(join(folder, 'quota'), '0\n');
  }

  /**
   * Writes what every state of a service may do at this instant, by every door, and how much fits into a box. Files that
   * say so already are left alone. @returns how many were replaced.
   */
  async writeRights(calendar: CompiledCalendar, at: Instant): Promise<number> {
    const files = mailboxStates.flatMap((state) => {
      const folder = join(this.#store.rights, rightsFolder(calendar.service, state));
      const level = accessLevel(calendar, state, at);
      const rights = doors.map((door) => replace(join(folder, door), rightsLine(level, door)));
      return [...rights, replace(join(folder, 'quota'), `${quotaAt(calendar, at)}B\n`)];
    });
    return (await Promise.all(files)).filter((replaced) => replaced).length;
  }
}

/** A line of Dovecot's file of rights: in every folder of the box, its owner may do this. */
function rightsLine(level: AccessLevel, door: Door): string {
  return `* owner ${rightsOf[level][door]}\n`;
}

async function linkAt(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Makes a folder two levels below `homes` or `rights`. Dovecot works under accounts of its own, so that these files are
 * opened to others, whatever the service's umask.
 */
async function makeEnterable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const each of [dirname(folder), folder]) await chmod(each, 0o755);
}

async function replace(path: string, content: string): Promise<boolean> {
  const present = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (present === content) return false;
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  await makeEnterable(dirname(path));
  await writeFile(draft, content);
  await chmod(draft, 0o644);
  await rename(draft, path);
  return true;
}
