import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '@recapito/platform';
import { z } from 'zod';

const hostName = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'is no host name in lower case');

const peerFile = z.strictObject({
  /** The provider's name in the index. */
  provider: z.string().min(1),
  /** Names for which the certificates of its hosts may be. */
  hosts: z.array(hostName).default([]),
  /** Domains: a certificate may be for them and for every name in them. */
  domains: z.array(hostName).default([]),
  /** `opportunistic` takes a certificate for any name, by any authority; mail leaves over TLS all the same. */
  tls: z.enum(['required', 'opportunistic']).default('required'),
  /**
   * Whether mail from its domains that counts as ordinary mail is enclosed in an anomaly envelope; left out, as the `ordinaryMail`
   * of the recipient's provider says.
   */
  enclose: z.boolean().optional(),
});

/** What we know of another provider, as `programmes/peers/NAME.json` describes it. */
export type Peer = z.output<typeof peerFile>;

/** The other providers that are described, by their names in the index. */
export type Peers = ReadonlyMap<string, Peer>;

/**
 * Reads the files of a folder; without the folder there are none.
 * @throws Error naming the file and each fault; also when two files describe one provider, or one that demands a certificate
 * allows no name
 */
export function readPeers(folder: string): Peers {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const peers = new Map<string, Peer>();
  for (const name of names.sort()) {
    const path = join(folder, name);
    const peer = readPeer(path);
    if (peers.has(peer.provider)) throw new Error(`${path}: another file describes ${peer.provider}, too`);
    peers.set(peer.provider, peer);
  }
  return peers;
}

function readPeer(path: string): Peer {
  const peer = readJsonFile(path, peerFile);
  const { tls, hosts, domains } = peer;
  if (tls === 'required' && hosts.length + domains.length === 0)
    throw new Error(`${path}: a certificate is required, and neither hosts nor domains say for which name`);
  return peer;
}
