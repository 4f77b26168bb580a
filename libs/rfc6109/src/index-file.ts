import { X509Certificate } from 'node:crypto';
import { isRefusal, parseCertifiedAddress, refuse } from '@recapito/primitives';
import type { Refusal, Words } from '@recapito/primitives';
import { certificateHash } from './certificate.ts';
import { readLdif, textOf, valueOf, writeLdif } from './ldif.ts';
import type { LdifAttribute, LdifContent } from './ldif.ts';
import { readName, writeName } from './ldif-name.ts';
import type { ProviderEntry } from './provider-index.ts';

/** The name under which all entries of the index stand. */
const base = ['o', 'postacert'] as const;

/** What can be wrong with an entry: the code in a refusal's details, and its words. */
const faults = {
  name: { it: 'il nome non è quello di un gestore', en: 'the name is not that of a provider' },
  'name-twice': { it: 'la voce c’è già', en: 'the entry is there already' },
  class: { it: 'la voce non è della classe provider', en: 'the entry is not of the class provider' },
  missing: { it: 'manca un attributo obbligatorio', en: 'an attribute is missing that must be there' },
  twice: { it: 'un attributo con un solo valore ne ha più d’uno', en: 'an attribute of one value has several' },
  address: { it: 'mailReceipt non è un indirizzo', en: 'mailReceipt is no address' },
  domain: { it: 'managedDomains non è un dominio', en: 'managedDomains is no domain' },
  'domain-twice': { it: 'il dominio ha già un gestore', en: 'the domain has a provider already' },
  'certificate-twice': { it: 'il certificato è già di un altro', en: 'the certificate is another’s already' },
  certificate: { it: 'il certificato non è leggibile', en: 'the certificate cannot be read' },
  hash: { it: 'impronte e certificati non corrispondono', en: 'hashes and certificates do not agree' },
} as const satisfies Record<string, Words>;

type Fault = keyof typeof faults;
export type IndexRefusal = Refusal<'ldif/malformed' | 'index/malformed' | 'index/empty'>;

const domainName = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+$/;

/**
 * Writes the providers' index as RFC 6109 section 4.5 has it: the base, then one entry each, hashes computed here.
 * @param location the address (`https`) at which the file is published; it stands in the base (section 4.5.6)
 */
export function writeIndex(entries: readonly ProviderEntry[], location?: string): Buffer {
  const attributes: [string, string][] = [['objectClass', 'top'], ['objectClass', 'organization'], [...base]];
  if (location !== undefined) attributes.push(['objectClass', 'LDIFLocationURLObject'], ['LDIFLocationURL', location]);
  const root: LdifContent = { dn: writeName([base]), attributes };
  return writeLdif([root, ...entries.map(contentOf)]);
}

function contentOf(entry: ProviderEntry): LdifContent {
  const { providerName, providerUnit, mailReceipt, managedDomains, LDIFLocationURL, description } = entry;
  const certificates = entry.providerCertificate.map((encoded) => Buffer.from(encoded, 'base64'));
  const unit = providerUnit === undefined ? [] : [['providerUnit', providerUnit] as const];
  // A secondary environment is published with the provider, at no address of its own.
  const location = providerUnit === undefined && LDIFLocationURL !== undefined ? LDIFLocationURL : undefined;
  return {
    dn: writeName([...unit, ['providerName', providerName], base]),
    attributes: [
      ['objectClass', 'top'],
      ['objectClass', 'provider'],
      ...(location === undefined ? [] : [['objectClass', 'LDIFLocationURLObject'] as const]),
      ['providerName', providerName],
      ...unit,
      ['mailReceipt', mailReceipt],
      ...managedDomains.map((domain) => ['managedDomains', domain] as const),
      ...certificates.map((der) => ['providerCertificateHash', certificateHash(der).toUpperCase()] as const),
      ...certificates.map((der) => ['providerCertificate;binary', der] as const),
      ...(location === undefined ? [] : [['LDIFLocationURL', location] as const]),
      ...(description === undefined ? [] : [['description', description] as const]),
    ],
  };
}

/**
 * Reads the index from its LDIF, whole or not at all. Each certificate answers to one hash (SHA-1 of its DER, hex) and
 * each hash to a certificate; every domain and every certificate has one provider; attributes that the index does not
 * know are passed over.
 * Refusals: `ldif/malformed`, `index/malformed` (details `line`, `fault`), `index/empty`.
 */
export function readIndex(ldif: Uint8Array): ProviderEntry[] | IndexRefusal {
  const read = readLdif(ldif);
  if (isRefusal(read)) return read;
  const entries: ProviderEntry[] = [];
  const known = new Set<string>();
  for (const each of read) {
    const name = readName(each.dn);
    if (name && isBase(name)) continue;
    const entry = readEntry(
      Map.groupBy(each.attributes, (attribute) => attribute.name),
      name,
    );
    if ('fault' in entry) return malformed(entry.line ?? each.line, entry.fault);
    const twice = addTo(known, entry);
    if (twice) return malformed(each.line, twice);
    entries.push(entry);
  }
  return entries.length === 0 ? empty() : entries;
}

/**
 * Whose mail a certificate signs and who manages a domain have one answer.
 * @rule INDEX-ONE-MANAGER
 */
function addTo(known: Set<string>, entry: ProviderEntry): Fault | null {
  const { providerName, providerUnit, managedDomains, providerCertificate } = entry;
  const claims: [Fault, string[]][] = [
    ['name-twice', [`name ${JSON.stringify([providerName, providerUnit]).toLowerCase()}`]],
    ['domain-twice', managedDomains.map((domain) => `domain ${domain}`)],
    ['certificate-twice', providerCertificate.map((certificate) => `certificate ${certificate}`)],
  ];
  for (const [fault, claimed] of claims) {
    if (claimed.some((each) => known.has(each))) return fault;
    for (const each of claimed) known.add(each);
  }
  return null;
}

type Faulty = { readonly fault: Fault; readonly line?: number };

/** What an entry says, by the names of its attributes. */
type Said = ReadonlyMap<string, readonly LdifAttribute[]>;

function readEntry(entry: Said, name: ReturnType<typeof readName>): ProviderEntry | Faulty {
  const one = (attribute: string) => single(entry, attribute);
  const classes = textsOf(entry, 'objectclass').map(({ text }) => text.toLowerCase());
  if (!classes.includes('provider')) return { fault: 'class' };
  const [providerName, mailReceipt] = [one('providername'), one('mailreceipt')];
  const [unit, location, description] = [one('providerunit'), one('ldiflocationurl'), textsOf(entry, 'description')[0]];
  for (const each of [providerName, mailReceipt, unit, location]) if (each && 'fault' in each) return each;
  if (!isText(providerName) || !isText(mailReceipt)) return { fault: 'missing' };
  if (!isNamed(name, providerName.text, isText(unit) ? unit.text : undefined)) return { fault: 'name' };
  const address = parseCertifiedAddress(mailReceipt.text);
  if (isRefusal(address)) return { fault: 'address', line: mailReceipt.line };
  const domains = textsOf(entry, 'manageddomains').map(({ text, line }) => ({ text: text.toLowerCase(), line }));
  const odd = domains.find(({ text }) => !domainName.test(text));
  if (odd) return { fault: 'domain', line: odd.line };
  const certificates = readCertificates(entry);
  if ('fault' in certificates) return certificates;
  if (domains.length === 0) return { fault: 'missing' };
  return {
    providerName: providerName.text,
    ...(isText(unit) && { providerUnit: unit.text }),
    mailReceipt: address,
    managedDomains: [...new Set(domains.map(({ text }) => text))],
    providerCertificate: certificates.encoded,
    ...(isText(location) && !isText(unit) && { LDIFLocationURL: location.text }),
    ...(description && { description: description.text }),
  };
}

/**
 * @rule INDEX-HASH
 */
function readCertificates(entry: Said): { encoded: string[] } | Faulty {
  const hashes = new Set(textsOf(entry, 'providercertificatehash').map(({ text }) => text.toLowerCase()));
  const certificates = ['providercertificate;binary', 'providercertificate']
    .flatMap((name) => entry.get(name) ?? [])
    .map((attribute) => ({ line: attribute.line, der: valueOf(attribute) }));
  const unreadable = certificates.find(({ der }) => !isCertificate(der));
  if (unreadable) return { fault: 'certificate', line: unreadable.line };
  if (certificates.length === 0 || hashes.size === 0) return { fault: 'missing' };
  const stray = certificates.find(({ der }) => !hashes.has(certificateHash(der)));
  const known = new Set(certificates.map(({ der }) => certificateHash(der)));
  if (stray) return { fault: 'hash', line: stray.line };
  if (known.size !== hashes.size) return { fault: 'hash' };
  return { encoded: certificates.map(({ der }) => der.toString('base64')) };
}

function isCertificate(der: Buffer): boolean {
  try {
    return new X509Certificate(der).raw.equals(der);
  } catch {
    return false;
  }
}

interface Text {
  readonly text: string;
  readonly line: number;
}

function textsOf(entry: Said, name: string): Text[] {
  return (entry.get(name) ?? []).map((attribute) => ({ text: textOf(attribute).trim(), line: attribute.line }));
}

function single(entry: Said, name: string): Text | Faulty | undefined {
  const [first, second] = textsOf(entry, name);
  return second ? { fault: 'twice', line: second.line } : first?.text === '' ? undefined : first;
}

function isText(value: Text | Faulty | undefined): value is Text {
  return value !== undefined && 'text' in value;
}

/** Whether an entry's name says what its attributes say; case does not matter. */
function isNamed(name: ReturnType<typeof readName>, providerName: string, unit: string | undefined): boolean {
  const expected = [...(unit === undefined ? [] : [['providerunit', unit]]), ['providername', providerName], base];
  return JSON.stringify(name).toLowerCase() === JSON.stringify(expected).toLowerCase();
}

function isBase(name: readonly (readonly string[])[]): boolean {
  return JSON.stringify(name).toLowerCase() === JSON.stringify([base]);
}

function malformed(line: number, fault: Fault): Refusal<'index/malformed'> {
  const { it, en } = faults[fault];
  const words = {
    it: `L’indice dei gestori non è valido alla riga ${line}: ${it}.`,
    en: `Line ${line} of the index of providers: ${en}.`,
  };
  return refuse('index/malformed', fault === 'hash' ? 'INDEX-HASH' : 'INDEX-ENTRY', words, { line, fault });
}

function empty(): Refusal<'index/empty'> {
  return refuse('index/empty', 'INDEX-ENTRY', {
    it: 'Nell’indice dei gestori non c’è nessun gestore.',
    en: 'There is no provider in the index of providers.',
  });
}
