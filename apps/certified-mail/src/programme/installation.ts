import { join } from 'node:path';
import type { PartyClass } from '@recapito/capability';
import type { ProviderIndex, Signer, Trust } from '@recapito/rfc6109';
import { nameServersIn } from '../config.ts';
import type { CertifiedMailConfig } from '../config.ts';
import type { KnownBox } from '../domain/box.ts';
import { ordinaryCarrier } from '../domain/ordinary-mail.ts';
import type { TakeOver } from '../domain/receipt-standing.ts';
import { readLists } from '../lists/read-lists.ts';
import { readPeers } from './peers.ts';
import type { Peer, Peers } from './peers.ts';
import { readProviders } from './providers.ts';
import type { Provider } from './providers.ts';
import { readRoutes } from './routes.ts';
import type { Route, Routes } from './routes.ts';
import type { InstallationLists } from '../lists/installation-lists.ts';

interface Parts {
  readonly providers: readonly Provider[];
  readonly lists: InstallationLists;
  readonly node: string;
  readonly routes: Routes;
  /** Whether providers without a route are found by DNS. */
  readonly byMx: boolean;
  readonly peers: Peers;
  readonly smtpName: string;
}

/** What this installation is: its providers with their signers, the providers' index, the list of public bodies. */
export class Installation {
  readonly providers: readonly Provider[];
  readonly lists: InstallationLists;
  readonly node: string;
  /** By what name it greets other mail servers. */
  readonly smtpName: string;
  readonly #routes: Routes;
  readonly #peers: Peers;
  readonly #byMx: boolean;
  readonly #byName: ReadonlyMap<string, Provider>;
  readonly #ownBoxes: ReadonlyMap<string, KnownBox & { kind: 'own' }>;

  constructor({ providers, lists, node, routes, peers, byMx, smtpName }: Parts) {
    this.providers = providers;
    this.lists = lists;
    this.node = node;
    this.smtpName = smtpName;
    this.#routes = routes;
    this.#peers = peers;
    this.#byMx = byMx;
    this.#byName = new Map(providers.map((provider) => [provider.name, provider]));
    this.#ownBoxes = new Map(providers.flatMap(ownBoxesOf));
  }

  /**
   * Reads programme, keys and lists.
   * @throws Error when a provider has no usable key, there is neither an index nor a copy of one, or a sender of class `pa`
   * is not in the list of public bodies.
   */
  static async read(config: CertifiedMailConfig): Promise<Installation> {
    const providers = readProviders(join(config.programmes, 'providers'));
    const lists = await readLists(config, providers);
    const routes = readRoutes(config.routes, lists.providerIndex.current.index);
    const peers = readPeers(join(config.programmes, 'peers'));
    const byMx = nameServersIn(config) !== null;
    const { node, smtpName } = config;
    return new Installation({ providers, lists, node, routes, peers, byMx, smtpName });
  }

  /** The providers' index in force. Who asks it twice across a wait may have two states of it before him. */
  get index(): ProviderIndex {
    return this.lists.providerIndex.current.index;
  }

  /** What certificates are worth, as the revocation lists said when they were last looked at. */
  get trust(): Trust {
    return this.lists.authorities.trust;
  }

  /** The certificates (PEM) of the authorities by which the doors of other providers are known. */
  get authorities(): readonly string[] {
    return this.lists.authorities.states.map(({ certificate }) => certificate);
  }

  /** A provider of ours by its name in the index. */
  providerNamed(name: string): Provider | undefined {
    return this.#byName.get(name);
  }

  /** A provider of ours by its name. @throws Error when it is none of ours: a row that names it is a bug. */
  own(name: string): Provider {
    const provider = this.#byName.get(name);
    if (provider === undefined) throw new Error(`${name} is no provider of this installation`);
    return provider;
  }

  signerOf(provider: Provider): Signer {
    const found = this.lists.providerIndex.current.signers.get(provider.name);
    if (found === undefined) throw new Error(`${provider.name} has no key`);
    return found;
  }

  /** The provider of ours that manages an address; undefined when another does, or none. */
  managing(address: string): Provider | undefined {
    const entry = this.index.providerOf(address);
    return entry === undefined ? undefined : this.#byName.get(entry.providerName);
  }

  /**
   * Who takes a message of one of our providers to an address: the provider that manages it when it can be reached from
   * here; `@` and its domain for an ordinary address to which the sender's provider sends; else null.
   * @rule ORDINARY-RECIPIENTS
   */
  carrierOf(address: string, { ordinaryRecipients }: Pick<Provider, 'ordinaryRecipients'>): string | null {
    const name = this.index.providerOf(address)?.providerName;
    if (name === undefined && ordinaryRecipients === 'send') {
      const carrier = ordinaryCarrier(address);
      return this.#byMx || this.#routes.has(carrier) ? carrier : null;
    }
    return name !== undefined && (this.#byMx || this.#byName.has(name) || this.#routes.has(name)) ? name : null;
  }

  /** The route to another provider, or to the ordinary domain that `@` stands before; undefined when there is none. */
  routeTo(name: string): Route | undefined {
    return this.#routes.get(name);
  }

  /** What is known of another provider beside the index; undefined when no file describes it. */
  peerOf(name: string): Peer | undefined {
    return this.#peers.get(name);
  }

  /** A box that stands in the programme. */
  ownBox(address: string): (KnownBox & { kind: 'own' }) | undefined {
    return this.#ownBoxes.get(address);
  }

  /** True when a service of the suite may write from this address. */
  mayWriteAs(service: string, address: string): boolean {
    const senders = this.providers.flatMap((provider) => provider.senders);
    return senders.some((sender) => sender.address === address && sender.callers.includes(service));
  }

  /** The take-over of the domain of an address or id, or of the nearest domain above it, by a provider of ours. */
  takeOverOf(address: string): TakeOver | undefined {
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    const records = this.providers.flatMap(({ takenOver }) => takenOver);
    return records.find((record) => domain === record.domain || domain.endsWith(`.${record.domain}`));
  }

  /** Who is at an address, for the circuits: a public body of the list, another certified box, or ordinary mail. */
  partyOf(address: string): PartyClass {
    if (this.lists.paIndex.current.has(address)) return 'pa';
    return this.index.providerOf(address) === undefined ? 'ordinary' : 'pec';
  }
}

function ownBoxesOf({ mailReceipt, senders, bodies }: Provider): [string, KnownBox & { kind: 'own' }][] {
  return [
    [mailReceipt, { kind: 'own', use: 'receipts' }],
    ...senders.map(
      ({ address }) => [address, { kind: 'own', use: 'sender' }] as [string, { kind: 'own'; use: 'sender' }],
    ),
    ...bodies.map((address) => [address, { kind: 'own', use: 'body' }] as [string, { kind: 'own'; use: 'body' }]),
  ];
}
