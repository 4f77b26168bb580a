import { BlockList, isIP, isIPv4 } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';

/** The header in which our proxies write the client's address. A proxy overwrites or extends one of them, never both. */
export type ProxyHeader = 'x-forwarded-for' | 'forwarded';

/**
 * Addresses and blocks of the proxies before our doors. Only what comes from one of them may name another client.
 * @rule SOURCE-PROXIES
 */
export class TrustedProxies {
  readonly #blocks = new BlockList();

  /** @param list addresses and CIDR blocks. @throws RangeError for one that is neither. */
  constructor(list: readonly string[] = []) {
    for (const entry of list) this.#add(entry);
  }

  has(address: string | undefined): boolean {
    const text = plain(address);
    return text !== undefined && this.#blocks.check(text, isIPv4(text) ? 'ipv4' : 'ipv6');
  }

  /**
   * The client's address of a request: that of the connection, or, when it comes from a trusted proxy, the last one in the
   * header that is not a trusted proxy's. What stands to the left of that one was written by the client.
   */
  clientOf(peer: string | undefined, headers: IncomingHttpHeaders, header: ProxyHeader): string | undefined {
    let client = plain(peer);
    if (!this.has(client)) return client;
    for (const named of addressesIn(headers[header], header).toReversed()) {
      if (named === undefined) return client;
      client = named;
      if (!this.has(named)) return named;
    }
    return client;
  }

  #add(entry: string): void {
    const [address = '', bits, ...rest] = entry.trim().split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (isIP(address) === 0 || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)))
      throw new RangeError(`${entry} is no address and no block of addresses`);
    if (bits === undefined) this.#blocks.addAddress(address, family);
    else this.#blocks.addSubnet(address, Number(bits), family);
  }
}

function addressesIn(value: string | string[] | undefined, header: ProxyHeader): (string | undefined)[] {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  const elements = text.split(',').filter((element) => element.trim() !== '');
  return elements.map((element) => plain(header === 'forwarded' ? forIn(element) : element));
}

/** The value of `for` in an element of `Forwarded` (RFC 7239 section 4). */
function forIn(element: string): string | undefined {
  return /(?:^|;)\s*for\s*=\s*(?:"([^"]*)"|([^";\s]*))/i
    .exec(element)
    ?.slice(1)
    .find((found) => found !== undefined);
}

/** An address without brackets, port, zone and IPv4 mapping; undefined when it is none. */
function plain(written: string | undefined): string | undefined {
  const text = (written ?? '').trim();
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1];
  const bare = bracketed ?? (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text);
  const [address = ''] = bare.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').split('%');
  return isIP(address) === 0 ? undefined : address;
}
