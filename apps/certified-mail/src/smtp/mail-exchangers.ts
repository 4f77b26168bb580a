import { Resolver } from 'node:dns/promises';
import { Unavailable } from '@recapito/platform';
import { hostsFor, noSuchDomain } from '../domain/mail-exchange.ts';
import type { Exchanger, MxRecord } from '../domain/mail-exchange.ts';
import type { RejectedRecipient } from '../domain/rejected-recipient.ts';

/** Name servers to ask, `address` or `address:port`; `system` are those of the machine. */
export type NameServers = 'system' | readonly string[];

/** How long a name server is waited for, and how often it is asked. */
const patience = { timeout: 2_000, tries: 2 };

/** Asks DNS for the hosts of a domain. Nothing is cached here: resolvers do that. */
export class MailExchangers {
  readonly #resolver = new Resolver(patience);

  constructor(servers: NameServers) {
    if (servers !== 'system') this.#resolver.setServers(servers);
  }

  /**
   * The hosts that take mail for a domain, the first to be tried first, each with its addresses; those without one, or
   * whose addresses cannot be told for now, are left out while there are others.
   * @returns why there is nobody for good, as the domain's own servers say
   * @throws Unavailable when it cannot be told for now
   * @rule MX-WAITS
   */
  async of(domain: string): Promise<readonly Exchanger[] | RejectedRecipient> {
    const records = await this.#mxOf(domain);
    if (records === null) return noSuchDomain(domain);
    const hosts = hostsFor(domain, records, Math.random);
    if (!Array.isArray(hosts)) return hosts;
    const found = await Promise.allSettled(
      hosts.map(async (each) => ({ ...each, addresses: await this.#addressesOf(each.host) })),
    );
    const there = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const exchangers = there.filter(({ addresses }) => addresses.length > 0);
    const later = found.find((each) => each.status === 'rejected');
    if (exchangers.length === 0 && later !== undefined) throw later.reason;
    return exchangers.length === 0 ? noSuchDomain(domain) : exchangers;
  }

  /** Null when there is no such domain. */
  async #mxOf(domain: string): Promise<MxRecord[] | null> {
    return await answered(domain, this.#resolver.resolveMx(domain));
  }

  /** One family is enough. */
  async #addressesOf(host: string): Promise<string[]> {
    const questions = [this.#resolver.resolve4(host), this.#resolver.resolve6(host)];
    const answers = await Promise.allSettled(questions.map((question) => answered(host, question)));
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? (answer.value ?? []) : []));
    const later = answers.find((answer) => answer.status === 'rejected');
    if (addresses.length === 0 && later !== undefined) throw later.reason;
    return addresses;
  }
}

/** What a name has of a kind: none of it, or null when the name itself does not exist. Nothing else is an answer. */
async function answered<Found>(name: string, question: Promise<Found[]>): Promise<Found[] | null> {
  try {
    return await question;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENODATA') return [];
    if (code === 'ENOTFOUND') return null;
    throw new Unavailable('name servers', `what ${name} is cannot be told for now`, error);
  }
}
