import { checkServerIdentity } from 'node:tls';
import type { PeerCertificate } from 'node:tls';

/** For which names the certificate of a provider's host may be: these hosts, or any host in these domains. */
export interface PeerNames {
  readonly hosts: readonly string[];
  readonly domains: readonly string[];
}

const hostName = /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/**
 * Judges whether a certificate is for a name of a provider's file. By which name the host was found says nothing: DNS can
 * be forged, and everybody has a certificate for a name of his own. Null when it is, else why it is not.
 * @rule PEER-TLS
 */
export function judgePeerName({ hosts, domains }: PeerNames, certificate: PeerCertificate): Error | null {
  if (hosts.some((host) => checkServerIdentity(host, certificate) === undefined)) return null;
  const named = dnsNamesOf(certificate);
  if (named.some((name) => domains.some((domain) => name === domain || name.endsWith(`.${domain}`)))) return null;
  const wanted = [...hosts, ...domains.map((domain) => `*.${domain}`)].join(', ');
  const said = named.length === 0 ? 'no name' : named.join(', ');
  return new Error(
    wanted === ''
      ? 'no file of programmes/peers says for which names the certificate may be'
      : `the certificate is for ${said}, and should be for ${wanted}`,
  );
}

/**
 * Its dNSNames in lower case, a wildcard without its asterisk; a name in any other form counts for nothing, nor does what stands
 * inside another name: Node puts a name that holds a comma in quotation marks.
 */
function dnsNamesOf({ subjectaltname = '' }: PeerCertificate): string[] {
  return subjectaltname
    .replace(/"(?:[^"\\]|\\.)*"/g, '"')
    .toLowerCase()
    .split(', ')
    .filter((each) => each.startsWith('dns:'))
    .map((each) => each.slice(4))
    .filter((name) => hostName.test(name))
    .map((name) => name.replace('*.', ''));
}
