import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartyClass } from '@recapito/capability';
import { readSecret, Unavailable } from '@recapito/platform';
import { providerIndex, readProviderEntries, signer, trustIn } from '@recapito/rfc6109';
import type { ProviderIndex, Signer, Trust } from '@recapito/rfc6109';
import type { CertifiedMailConfig } from '../config.ts';
import type { KnownBox } from '../domain/box.ts';
import { readPaIndex } from './pa-index.ts';
import type { PaIndex } from './pa-index.ts';
import { readProviders } from './providers.ts';
import { readRoutes } from './routes.ts';
import type { Route, Routes } from './routes.ts';
import type { Provider } from './providers.ts';

interface Parts {
  readonly providers: readonly Provider[];
  readonly index: ProviderIndex;
  readonly trust: Trust;
  readonly paIndex: PaIndex;
  readonly signers: ReadonlyMap<string, Signer>;
  readonly node: string;
  readonly routes: Routes;
  readonly authority: string;
}

/** The folder of certificates and keys inside the folder of secrets, as the development authority fills it. */
export const authorityFolder = 'providers';

/** What this installation is: its providers with their signers, the providers' index, the list of public bodies. */
export class Installation {
  readonly providers: readonly Provider[];
  readonly index: ProviderIndex;
  readonly trust: Trust;
  readonly node: string;
  /** The certificate (PEM) of the authority by which the doors of other providers are known. */
  readonly authority: string;
  readonly #routes: Routes;
  readonly #paIndex: PaIndex;
  readonly #signers: ReadonlyMap<string, Signer>;
  readonly #byName: ReadonlyMap<string, Provider>;
  readonly #ownBoxes: ReadonlyMap<string, KnownBox & { kind: 'own' }>;

  constructor({ providers, index, trust, paIndex, signers, node, routes, authority }: Parts) {
    this.providers = providers;
    this.index = index;
    this.trust = trust;
    this.node = node;
    this.authority = authority;
    this.#routes = routes;
    this.#paIndex = paIndex;
    this.#signers = signers;
    this.#byName = new Map(providers.map((provider) => [provider.name, provider]));
    this.#ownBoxes = new Map(providers.flatMap(ownBoxesOf));
  }

  /**
   * Reads programme, index and keys.
   * @throws Error when a provider has no usable key, or a sender of class `pa` is not in the list of public bodies.
   */
  static async read(config: CertifiedMailConfig): Promise<Installation> {
    const providers = readProviders(join(config.programmes, 'providers'));
    const paIndex = readPaIndex(readFileSync(join(config.programmes, 'pa-index', `${config.paIndex}.csv`), 'utf8'));
    for (const { address } of providers.flatMap(({ senders }) => senders))
      if (!paIndex.has(address)) throw new Error(`the sender ${address} is not in the list of public bodies`);
    const folder = join(config.secrets, authorityFolder);
    const index = providerIndex(readProviderEntries(readFileSync(join(folder, 'index.json'), 'utf8')));
    const authority = readFileSync(join(folder, 'authority.pem'), 'utf8');
    const crl = readFileSync(join(folder, 'authority.crl'));
    const signers = new Map(providers.map((provider) => [provider.name, signerOf(folder, provider, index)]));
    const trust = await trustIn([{ certificate: authority, crl }]);
    const routes = readRoutes(config.routes, index);
    return new Installation({ providers, index, trust, paIndex, signers, node: config.node, routes, authority });
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
    const found = this.#signers.get(provider.name);
    if (found === undefined) throw new Error(`${provider.name} has no key`);
    return found;
  }

  /** The provider of ours that manages an address; undefined when another does, or none. */
  managing(address: string): Provider | undefined {
    const entry = this.index.providerOf(address);
    return entry === undefined ? undefined : this.#byName.get(entry.providerName);
  }

  /** The provider that manages an address and can be reached from here: one of ours, or one to which a route leads. */
  carrierOf(address: string): string | null {
    const name = this.index.providerOf(address)?.providerName;
    return name !== undefined && (this.#byName.has(name) || this.#routes.has(name)) ? name : null;
  }

  /** The way to another provider. @throws Unavailable when there is none any more: what is to go there waits. */
  routeTo(name: string): Route {
    const route = this.#routes.get(name);
    if (route === undefined) throw new Unavailable(name, 'no route leads to this provider');
    return route;
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

  /** Who is at an address, for the circuits: a public body of the list, another certified box, or ordinary mail. */
  partyOf(address: string): PartyClass {
    if (this.#paIndex.has(address)) return 'pa';
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

function signerOf(folder: string, provider: Provider, index: ProviderIndex): Signer {
  const certificate = readFileSync(join(folder, `${provider.provider}.pem`), 'utf8');
  const made = signer(certificate, readSecret(folder, `${provider.provider}.key`));
  const address = `email:posta-certificata@${provider.domain}`;
  if (made.certificate.subjectAltName?.split(', ').includes(address) !== true)
    throw new Error(`the certificate of ${provider.name} does not bear ${address}`);
  if (index.providerOf(provider.domain)?.providerName !== provider.name)
    throw new Error(`the index of providers does not know ${provider.name}`);
  return made;
}
