import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Unavailable } from '@recapito/platform';
import type { Breakers } from '@recapito/platform';
import { hostsBeforeOurs } from '../domain/mail-exchange.ts';
import { ordinaryDomain } from '../domain/ordinary-mail.ts';
import type { Exchanger } from '../domain/mail-exchange.ts';
import type { IncomingTransaction } from '../application/incoming/receive-incoming.ts';
import type { Installation } from '../programme/installation.ts';
import type { Route } from '../programme/routes.ts';
import type { MailExchangers } from './mail-exchangers.ts';
import { sendEightBit } from './eight-bit-sending.ts';
import { isOwnDoor } from './own-doors.ts';
import type { OwnDoors } from './own-doors.ts';
import type { PeerNames } from './peer-certificate.ts';
import { answerMs, connectMs, isAway, pooled, sendOver } from './smtp-transport.ts';
import type { Host, HostTls, Sent, Transport } from './smtp-transport.ts';
import { isSpecialAddress } from './special-addresses.ts';

/** What is asked of the installation: the route to a provider, whom to believe on it, and our own name. */
type Ways = Pick<Installation, 'routeTo' | 'peerOf' | 'authorities' | 'smtpName'>;

/** How providers without a route are found. */
export interface ByMx {
  readonly exchangers: Pick<MailExchangers, 'of'>;
  /** Where their hosts listen. */
  readonly port: number;
  readonly own: OwnDoors;
}

/**
 * Whether a host may have an address that leads to no host of the Internet, as in a rehearsal.
 * @rule MX-SPECIAL-ADDRESS
 */
export type SpecialAddresses = 'refuse' | 'allow';

/** How long sending a message may take, from connecting to the answer, with some room. */
export const longestSendingMs = 3 * connectMs + answerMs;

/**
 * The way out to other providers, behind a breaker for each: always SMTP with STARTTLS, never in the clear. By a route the
 * certificate is for the name of the route, by one of our authorities.
 *
 * Without a route, where there is `byMx`, mail goes to the hosts that the recipients' domains name in DNS. The certificate
 * is for a name of the provider's own file, because the name that DNS gives may be forged.
 *
 * Hosts of ordinary mail get TLS where they offer it, by whatever certificate. They have no breaker and no connection stays
 * open: such domains are many, and each is seldom written to.
 * @rule SMTP-OUT PEER-TLS MX-TLS ORDINARY-HOSTS
 */
export class OutgoingSmtp implements OnModuleDestroy {
  readonly #logger = new Logger('smtp');
  readonly #installation: Ways;
  readonly #byMx: ByMx | null;
  readonly #special: SpecialAddresses;
  readonly #breakers: Breakers;
  readonly #senders = new Map<string, (mail: IncomingTransaction) => Promise<Sent>>();
  /** One for each host that was ever sent to: providers are few, and without connections a transport is next to nothing. */
  readonly #transports = new Map<string, Transport>();

  constructor(installation: Ways, byMx: ByMx | null, special: SpecialAddresses, breakers: Breakers) {
    this.#installation = installation;
    this.#byMx = byMx;
    this.#special = special;
    this.#breakers = breakers;
  }

  /** @throws Unavailable while the provider cannot be reached or found, or defers all recipients. */
  async send(mail: IncomingTransaction): Promise<Sent> {
    // A host without 8BITMIME is there for everything else: what has to wait for it says nothing of the provider.
    if (ordinaryDomain(mail.towards) === null && isAscii(mail.bytes)) return await this.#senderTo(mail.towards)(mail);
    return await this.#carry(mail, AbortSignal.timeout(connectMs + answerMs));
  }

  onModuleDestroy(): void {
    for (const transport of this.#transports.values()) transport.close();
  }

  #senderTo(provider: string): (mail: IncomingTransaction) => Promise<Sent> {
    const known = this.#senders.get(provider);
    if (known !== undefined) return known;
    const carry = (signal: AbortSignal, mail: IncomingTransaction) => this.#carry(mail, signal);
    const sender = this.#breakers.breaker(`provider:${provider}`, carry, { timeoutMs: connectMs + answerMs });
    this.#senders.set(provider, sender);
    return sender;
  }

  async #carry(mail: IncomingTransaction, signal: AbortSignal): Promise<Sent> {
    const route = this.#installation.routeTo(mail.towards);
    if (route === undefined) return await this.#byDomain(mail, signal);
    const { port, tlsName: serverName = route.host } = route;
    const host = await this.#hostOf(route);
    const tls = this.#tlsOf(mail.towards, { hosts: [serverName], domains: [] });
    return await this.#sendTo({ host, port, serverName, tls }, mail, signal);
  }

  /** Where a route leads: its host, or an address of it that is one of the Internet. @throws Unavailable when it has none */
  async #hostOf({ host, provider }: Route): Promise<string> {
    if (this.#special === 'allow') return host;
    const found = await lookup(host, { all: true }).catch((error: unknown) => {
      throw new Unavailable(provider, `the address of ${host} cannot be found for now`, error);
    });
    const [usable] = found.filter(({ address }) => !isSpecialAddress(address));
    if (usable === undefined) throw this.#onlySpecial(provider, [host]);
    return usable.address;
  }

  /**
   * What is asked of a provider's TLS.
   * @param route the names of its route; without one the names are those of its file
   */
  #tlsOf(provider: string, route?: PeerNames): HostTls {
    if (ordinaryDomain(provider) !== null) return { demand: 'offered' };
    const peer = this.#installation.peerOf(provider);
    if (peer?.tls === 'opportunistic') return { demand: 'encrypted' };
    const { authorities } = this.#installation;
    const names = route ?? { hosts: peer?.hosts ?? [], domains: peer?.domains ?? [] };
    return { demand: 'certified', names, authorities, publicToo: route === undefined };
  }

  /** Each domain has hosts of its own; one that cannot be reached for now keeps nothing from the others. @throws when none can */
  async #byDomain(mail: IncomingTransaction, signal: AbortSignal): Promise<Sent> {
    const groups = [...Map.groupBy(mail.forwardPath, (address) => address.slice(address.lastIndexOf('@') + 1))];
    const attempts = await Promise.allSettled(
      groups.map(([domain, forwardPath]) => this.#toDomain(domain, { ...mail, forwardPath }, signal)),
    );
    const [first] = attempts;
    if (first?.status === 'rejected' && attempts.every(({ status }) => status === 'rejected')) throw first.reason;
    const sent = attempts.map((attempt, nth): Sent => {
      if (attempt.status === 'fulfilled') return attempt.value;
      const [domain, later] = groups[nth] ?? ['', []];
      this.#logger.warn({
        err: attempt.reason as unknown,
        domain,
        event: 'smtp-domain-deferred',
        message: 'delivery to a domain failed for now (SMTP); its recipients are retried',
      });
      return { refused: new Map(), later };
    });
    return {
      refused: new Map(sent.flatMap(({ refused }) => [...refused])),
      later: sent.flatMap(({ later }) => later),
    };
  }

  /** Tries the hosts of a domain one after the other until one has judged the message. */
  async #toDomain(domain: string, mail: IncomingTransaction, signal: AbortSignal): Promise<Sent> {
    const { exchangers, port } = this.#mx(mail.towards);
    const found = await exchangers.of(domain);
    if ('reason' in found) return { refused: new Map(mail.forwardPath.map((each) => [each, found])), later: [] };
    const tls = this.#tlsOf(mail.towards);
    let away: unknown;
    for (const { host: serverName, addresses } of this.#usableAmong(domain, this.#othersAmong(domain, found)))
      for (const host of addresses) {
        signal.throwIfAborted();
        try {
          return await this.#sendTo({ host, port, serverName, tls }, mail, signal);
        } catch (error) {
          if (!isAway(error)) throw error;
          away = error;
        }
      }
    throw new Unavailable(domain, 'none of its hosts takes mail for now', away);
  }

  /** @throws Unavailable when the first to be tried is ourselves: what went there would come back. */
  #othersAmong(domain: string, found: readonly Exchanger[]): readonly Exchanger[] {
    const { own, port } = this.#mx(domain);
    const others = hostsBeforeOurs(found, (each) => isOwnDoor(own, each, port));
    if (others.length > 0) return others;
    const hosts = found.map(({ host }) => host);
    const message = 'mail loop: the MX records of another provider’s domain name our own hosts; its mail waits';
    this.#logger.error({ event: 'smtp-mx-loop', domain, hosts, rule: 'MX-NOT-OURSELVES', message });
    throw new Unavailable(domain, 'names our own doors');
  }

  /** The hosts with their addresses on the Internet. @throws Unavailable when there are none: DNS may be forged, or in error */
  #usableAmong(domain: string, hosts: readonly Exchanger[]): readonly Exchanger[] {
    if (this.#special === 'allow') return hosts;
    const usable = hosts
      .map((each) => ({ ...each, addresses: each.addresses.filter((address) => !isSpecialAddress(address)) }))
      .filter(({ addresses }) => addresses.length > 0);
    if (usable.length > 0) return usable;
    throw this.#onlySpecial(
      domain,
      hosts.map(({ host }) => host),
    );
  }

  #onlySpecial(target: string, hosts: readonly string[]): Unavailable {
    const message =
      'the MX hosts of another provider have special-purpose addresses only (private, loopback); its mail waits';
    this.#logger.error({ event: 'smtp-mx-special-address', target, hosts, rule: 'MX-SPECIAL-ADDRESS', message });
    return new Unavailable(target, 'its hosts have no address on the Internet');
  }

  #mx(towards: string): ByMx {
    if (this.#byMx === null) throw new Unavailable(towards, 'no route leads to this provider');
    return this.#byMx;
  }

  async #sendTo(to: Omit<Host, 'ownName'>, mail: IncomingTransaction, signal: AbortSignal): Promise<Sent> {
    const host = { ...to, ownName: this.#installation.smtpName };
    if (!isAscii(mail.bytes)) return await sendEightBit(host, mail, signal);
    if (to.tls.demand !== 'offered') return await sendOver(this.#transportTo(host), mail, signal);
    const transport = pooled(host);
    try {
      return await sendOver(transport, mail, signal);
    } finally {
      transport.close();
    }
  }

  #transportTo(host: Host): Transport {
    const key = createHash('sha256').update(JSON.stringify(host)).digest('hex');
    const known = this.#transports.get(key);
    if (known !== undefined) return known;
    const transport = pooled(host);
    this.#transports.set(key, transport);
    return transport;
  }
}
