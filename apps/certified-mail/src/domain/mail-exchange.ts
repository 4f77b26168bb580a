import type { RejectedRecipient } from './rejected-recipient.ts';

/** An MX record as a resolver gives it: the less `priority`, the sooner it is tried. */
export interface MxRecord {
  readonly exchange: string;
  readonly priority: number;
}

/** A host that takes mail for a domain. */
export interface Exchanger {
  readonly host: string;
  readonly priority: number;
  readonly addresses: readonly string[];
}

/** However many hosts a domain names, so many are asked after. */
const mostHosts = 8;

/**
 * The hosts that take mail for a domain (RFC 5321 section 5.1): those of its MX records, equal ones in an order that is
 * drawn; a domain without any is its own host.
 *
 * Turned away when the domain says that it takes no mail: a null MX (RFC 7505), an MX record that names nobody.
 * @param draw a number for each host
 * @rule MX-ORDER MX-NULL
 */
export function hostsFor(
  domain: string,
  records: readonly MxRecord[],
  draw: () => number,
): Omit<Exchanger, 'addresses'>[] | RejectedRecipient {
  if (records.length === 0) return [{ host: domain, priority: 0 }];
  const named = records.filter(({ exchange }) => exchange !== '' && exchange !== '.');
  if (named.length === 0) return rejected('5.1.10', `il dominio ${domain} dichiara di non ricevere posta`);
  return named
    .map(({ exchange, priority }) => ({ host: exchange.toLowerCase(), priority, drawn: draw() }))
    .sort((one, other) => one.priority - other.priority || one.drawn - other.drawn)
    .slice(0, mostHosts)
    .map(({ host, priority }) => ({ host, priority }));
}

/**
 * The hosts that one may try without coming back to oneself: where one of them is ourselves, only those that are sooner
 * tried than it (RFC 5321 section 5.1).
 * @rule MX-NOT-OURSELVES
 */
export function hostsBeforeOurs(
  exchangers: readonly Exchanger[],
  isOurs: (exchanger: Exchanger) => boolean,
): readonly Exchanger[] {
  const ours = exchangers.filter(isOurs).map(({ priority }) => priority);
  const bound = Math.min(...ours, Number.POSITIVE_INFINITY);
  return exchangers.filter(({ priority }) => priority < bound);
}

/**
 * There is no such domain, or neither a host nor an address of one behind it.
 * @rule MX-NO-DOMAIN
 */
export function noSuchDomain(domain: string): RejectedRecipient {
  return rejected('5.1.2', `il dominio ${domain} non esiste o non riceve posta`);
}

function rejected(status: string, reason: string): RejectedRecipient {
  return { errore: 'no-dominio', status, reason };
}
