import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRefusal, refuse } from '@recapito/primitives';
import type { Refusal, Words } from '@recapito/primitives';
import { SystemClock } from '@recapito/platform';
import { longestIndexFile } from '@recapito/rfc6109';
import type { CertifiedMailConfig } from '../config.ts';
import type { InstallationLists } from './installation-lists.ts';
import { authorityFolder, indexFile } from '../programme/key-files.ts';
import { KeptBodies } from './kept-bodies.ts';
import { readPaIndex, withKeptBodies } from './pa-index.ts';
import type { PaIndex } from './pa-index.ts';
import type { Provider } from '../programme/providers.ts';
import { Authorities } from './authorities.ts';
import { FollowedList } from './followed-list.ts';
import type { Reading } from './followed-list.ts';
import { readIndexInForce } from './index-in-force.ts';
import type { IndexInForce } from './index-in-force.ts';
import { KeptCopies } from './kept-copies.ts';
import { judgeLoss } from './list-change.ts';
import type { ListRefusal } from './list-refusal.ts';

/** The file of all bodies has ten million bytes. */
const longestPaIndex = 64 * 1024 * 1024;
const bodiesCalled: Words = { it: 'Elenco delle pubbliche amministrazioni', en: 'List of public bodies' };

/**
 * Reads the lists that others keep, from where the settings say that they are.
 * @throws Error when there is no index that can be believed, nor a copy of one, or no list of public bodies
 */
export async function readLists(
  config: CertifiedMailConfig,
  providers: readonly Provider[],
): Promise<InstallationLists> {
  const kept = new KeptCopies(join(config.folder, 'lists'));
  const at = new SystemClock().now();
  const shared = { kept, staleAfterMs: config.listsStaleSeconds * 1_000 };
  const folder = join(config.secrets, authorityFolder);
  const authorities = new Authorities({ folder, kept });
  const own = { folder, authorities, providers, lossShare: config.listsLossShare };
  const providerIndex = await FollowedList.begin<IndexInForce>(
    {
      ...shared,
      name: 'provider-index',
      source: sourceOf(config, config.providerIndex ?? join(folder, indexFile), longestIndexFile),
      read: (bytes, reading) => readIndexInForce(bytes, own, reading),
    },
    at,
  );
  if (config.paIndexFile === undefined)
    return { authorities, providerIndex, paIndex: { current: programmesList(config, providers) } };
  const bodies = { providers, lossShare: config.listsLossShare, kept: new KeptBodies(join(config.folder, 'lists')) };
  const read = (bytes: Buffer, reading: Reading<PaIndex>) => readBodies(bytes, bodies, reading);
  const source = sourceOf(config, config.paIndexFile, longestPaIndex);
  return {
    authorities,
    providerIndex,
    paIndex: await FollowedList.begin({ ...shared, name: 'pa-index', source, read }, at),
  };
}

/** What lies behind HTTPS is read with the client's certificate, where one is configured. */
function sourceOf(config: CertifiedMailConfig, from: string, longest: number) {
  const folder = join(config.secrets, authorityFolder);
  const { listsClient: name, listsAuthority: authority } = config;
  const client = name && { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  return { from, longest, authority, ...(client && { client }) };
}

interface BodiesRead {
  readonly providers: readonly Provider[];
  readonly lossShare: number;
  readonly kept: KeptBodies;
}

/** The bodies of a file, unless it lacks an address from which we write, or much of what stood in the one before. */
async function readBodies(
  bytes: Buffer,
  { providers, lossShare, kept }: BodiesRead,
  { before, acceptLoss, readAt, beforeReadAt }: Reading<PaIndex>,
): Promise<PaIndex | ListRefusal> {
  const rows = readPaIndex(bytes);
  if (isRefusal(rows)) return rows;
  const earlier = before ?? { byBody: new Map<string, ReadonlySet<string>>(), kept: await kept.read() };
  const list = withKeptBodies(rows, { list: earlier, readAt: beforeReadAt ?? readAt }, readAt);
  const refusal =
    ownSenderMissing(list, providers) ??
    (before && judgeLoss(before.bodies, list.bodies, { lossShare, acceptLoss }, bodiesCalled));
  if (refusal) return refusal;
  await kept.write(list.kept);
  return list;
}

/** @throws Error when the programme's list cannot be read, or lacks an address from which we write */
function programmesList({ programmes, paIndex }: CertifiedMailConfig, providers: readonly Provider[]): PaIndex {
  const path = join(programmes, 'pa-index', `${paIndex}.csv`);
  const list = readPaIndex(readFileSync(path));
  if (isRefusal(list)) throw new Error(`${path}: ${list.words.en}`);
  const refusal = ownSenderMissing(list, providers);
  if (refusal !== null) throw new Error(`${path}: ${refusal.words.en}`);
  return list;
}

/**
 * @rule PA-INDEX-OWN
 */
function ownSenderMissing(list: PaIndex, providers: readonly Provider[]): Refusal<'pa-index/own-missing'> | null {
  const missing = providers.flatMap(({ senders }) => senders).find(({ address }) => !list.has(address));
  if (missing === undefined) return null;
  const { address } = missing;
  const words = {
    it: `Il mittente ${address} non è nell’elenco delle pubbliche amministrazioni.`,
    en: `The sender ${address} is not in the list of public bodies.`,
  };
  return refuse('pa-index/own-missing', 'PA-INDEX-OWN', words, { missing: address });
}
