import { X509Certificate } from 'node:crypto';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { BasicConstraints, Certificate, CertificateRevocationList, CRLDistributionPoints } from 'pkijs';
import type { Extension } from 'pkijs';

/** An authority as it was put here: a certificate (PEM), and its revocation list (DER). */
export interface KnownAuthority {
  readonly certificate: string;
  /** `none` for an authority that publishes no list; null for one whose list is not there. */
  readonly crl: Uint8Array | 'none' | null;
  /** How long after the next list was due this one is still believed, in milliseconds; for ever when left out. */
  readonly lateMs?: number;
}

/** What a revocation list says. */
export interface RevocationList {
  readonly thisUpdate: Instant;
  /** When the next one is due; the instant of this one when it does not say. */
  readonly nextUpdate: Instant;
  /** Serial numbers in upper-case hex, as X509Certificate writes them, with the instant of revocation. */
  readonly revoked: ReadonlyMap<string, Instant>;
}

/** An authority that may issue certificates. */
export interface Authority {
  readonly certificate: X509Certificate;
  /** How many authorities may stand between it and a signer's certificate. */
  readonly pathLength: number;
  readonly list: RevocationList | 'none' | null;
  readonly lateMs: number;
}

const oid = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  deltaList: '2.5.29.27',
  issuingPoint: '2.5.29.28',
  distributionPoints: '2.5.29.31',
};
/** Bits of KeyUsage (RFC 5280 section 4.2.1.3), counted from the first. */
const usage = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5, cRLSign: 6 };

/** @throws Error when the certificate may not issue others, or the list is not its own */
export async function readAuthority({ certificate: pem, crl, lateMs }: KnownAuthority): Promise<Authority> {
  const certificate = new X509Certificate(pem);
  const extensions = extensionsOf(certificate);
  if (!certificate.ca || !mayBeUsed(extensions, [usage.keyCertSign]))
    throw new Error(`the certificate of ${certificate.subject.replaceAll('\n', ', ')} is not that of an authority`);
  const constraints = extensionNamed(extensions, oid.basicConstraints)?.parsedValue as unknown;
  const stated = constraints instanceof BasicConstraints ? constraints.pathLenConstraint : undefined;
  return {
    certificate,
    pathLength: typeof stated === 'number' ? stated : Number.POSITIVE_INFINITY,
    list: crl === null || crl === 'none' ? crl : await readRevocationList(crl, pem),
    lateMs: lateMs ?? Number.POSITIVE_INFINITY,
  };
}

/** Reads a revocation list (DER). @throws Error when it is not a whole one, signed by this authority (PEM) */
export async function readRevocationList(crl: Uint8Array, authority: string): Promise<RevocationList> {
  const issuer = new X509Certificate(authority);
  const list = CertificateRevocationList.fromBER(crl);
  const signed = await list.verify({ issuerCertificate: Certificate.fromBER(issuer.raw) });
  if (!signed || !mayBeUsed(extensionsOf(issuer), [usage.cRLSign]))
    throw new Error('the revocation list is not signed by its authority');
  const partial = list.crlExtensions?.extensions.some(
    ({ extnID, critical }) => extnID === oid.deltaList || (extnID === oid.issuingPoint && critical),
  );
  if (partial === true) throw new Error('the revocation list is only a part of one');
  const thisUpdate = instant(list.thisUpdate.value.getTime());
  return {
    thisUpdate,
    nextUpdate: list.nextUpdate ? instant(list.nextUpdate.value.getTime()) : thisUpdate,
    revoked: revokedIn(list),
  };
}

function revokedIn({ revokedCertificates = [] }: CertificateRevocationList): Map<string, Instant> {
  const revoked = new Map<string, Instant>();
  for (const { userCertificate, revocationDate } of revokedCertificates) {
    const serial = Buffer.from(userCertificate.valueBlock.valueHexView)
      .toString('hex')
      .replace(/^(00)+/, '');
    revoked.set(serial.toUpperCase(), instant(revocationDate.value.getTime()));
  }
  return revoked;
}

/** Whether a certificate may sign messages: it is no authority's, and its key usage, where it has one, allows it. */
export function maySignMessages(certificate: X509Certificate): boolean {
  return !certificate.ca && mayBeUsed(extensionsOf(certificate), [usage.digitalSignature, usage.nonRepudiation]);
}

/** Where the list that may name a certificate is published: its distribution points that are `http` or `https`. */
export function revocationListAddresses(certificate: X509Certificate): string[] {
  const points = extensionNamed(extensionsOf(certificate), oid.distributionPoints)?.parsedValue as unknown;
  if (!(points instanceof CRLDistributionPoints)) return [];
  const names = points.distributionPoints.flatMap(({ distributionPoint }) =>
    Array.isArray(distributionPoint) ? distributionPoint : [],
  );
  const addresses = names.map(({ value }) => (typeof value === 'string' ? value : ''));
  return addresses.filter((address) => /^https?:\/\//i.test(address));
}

function extensionsOf({ raw }: X509Certificate): readonly Extension[] {
  return Certificate.fromBER(raw).extensions ?? [];
}

function extensionNamed(extensions: readonly Extension[], id: string): Extension | undefined {
  return extensions.find(({ extnID }) => extnID === id);
}

/** Whether KeyUsage allows one of these; a certificate without it may be used for everything. */
function mayBeUsed(extensions: readonly Extension[], bits: readonly number[]): boolean {
  const found = extensionNamed(extensions, oid.keyUsage);
  if (found === undefined) return true;
  // BIT STRING: tag, length, number of unused bits, then the bits.
  const [, , , ...octets] = Buffer.from(found.extnValue.valueBlock.valueHexView);
  return bits.some((bit) => (((octets[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1);
}
