import { randomBytes, webcrypto } from 'node:crypto';
import { Set as AsnSet, Integer, OctetString, Sequence, Utf8String } from 'asn1js';
import type { Instant } from '@recapito/primitives';
import {
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificateRevocationList,
  CRLDistributionPoints,
  DistributionPoint,
  Extension,
  GeneralName,
  GeneralNames,
  RelativeDistinguishedNames,
  RevokedCertificate,
  Time,
} from 'pkijs';
import type { PublicKeyInfo } from 'pkijs';

/** A key pair and its certificate, both PEM. The key is a secret: PKCS#8, for a file of mode 0600. */
export interface Credential {
  readonly certificate: string;
  readonly privateKey: string;
}

/** From when until when the authority's certificates hold. */
export interface Validity {
  readonly from: Instant;
  readonly until: Instant;
}

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const oid = {
  organisation: '2.5.4.10',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  distributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
};
// BIT STRING with one bit set: digitalSignature is bit 0; keyCertSign and cRLSign are bits 5 and 6.
const digitalSignature = Buffer.from([0x03, 0x02, 0x07, 0x80]);
const certificateAndCrlSigning = Buffer.from([0x03, 0x02, 0x01, 0x06]);

/** Makes an authority for development and tests: self-signed, RSA-2048, SHA-256. */
export async function makeAuthority(name: string, validity: Validity): Promise<Credential> {
  const keys = await newKeys();
  const certificate = await blankCertificate(name, name, validity, keys.publicKey);
  certificate.extensions = await authorityExtensions(certificate, new BasicConstraints({ cA: true }));
  await certificate.sign(keys.privateKey, 'SHA-256');
  return credential(certificate, keys.privateKey);
}

/**
 * Makes an authority below another one. `pathLength` is how many more may stand below it; as many as there are when left
 * out.
 */
export async function issueAuthority(
  authority: Credential,
  name: string,
  validity: Validity,
  pathLength?: number,
): Promise<Credential> {
  const keys = await newKeys();
  const certificate = await blankCertificate(name, name, validity, keys.publicKey);
  certificate.issuer = Certificate.fromBER(bytesOf(authority.certificate)).subject;
  const constraints = pathLength === undefined ? {} : { pathLenConstraint: pathLength };
  certificate.extensions = await authorityExtensions(certificate, new BasicConstraints({ cA: true, ...constraints }));
  await certificate.sign(await privateKeyOf(authority), 'SHA-256');
  return credential(certificate, keys.privateKey);
}

async function authorityExtensions(certificate: Certificate, constraints: BasicConstraints): Promise<Extension[]> {
  const identifier = await keyIdentifier(certificate.subjectPublicKeyInfo);
  return [
    extension(oid.basicConstraints, true, constraints.toSchema().toBER()),
    extension(oid.keyUsage, true, certificateAndCrlSigning),
    extension(oid.subjectKeyIdentifier, false, new OctetString({ valueHex: identifier }).toBER()),
  ];
}

/**
 * Makes a provider's signing certificate of the profile that certified mail asks for (RFC 6109 section 5.5): the
 * provider's name in O and CN, its address in subjectAltName, KeyUsage critical with digitalSignature alone, AKI and
 * SKI, no BasicConstraints. `listAt` is the address of the revocation list that it names.
 */
export async function issueProviderCertificate(
  authority: Credential,
  provider: { name: string; address: string },
  validity: Validity,
  { listAt }: { readonly listAt?: string } = {},
): Promise<Credential> {
  const names = [new GeneralName({ type: 1, value: provider.address })];
  return await issued(authority, provider.name, names, validity, listAt);
}

/** Makes the certificate of who keeps the providers' index and signs its file: of the same profile as a provider's. */
export async function issueKeeperCertificate(
  authority: Credential,
  keeper: { name: string; address: string },
  validity: Validity,
): Promise<Credential> {
  return await issueProviderCertificate(authority, keeper, validity);
}

/** Makes the certificate of a server's TLS doors, for the names and IPv4 addresses by which clients call it. */
export async function issueServerCertificate(
  authority: Credential,
  hosts: readonly [string, ...string[]],
  validity: Validity,
): Promise<Credential> {
  const names = hosts.map((host) =>
    /^\d+(\.\d+){3}$/.test(host)
      ? new GeneralName({
          type: 7,
          value: new OctetString({ valueHex: Uint8Array.from(host.split('.'), Number).buffer }),
        })
      : new GeneralName({ type: 2, value: host }),
  );
  return await issued(authority, hosts[0], names, validity);
}

async function issued(
  authority: Credential,
  name: string,
  names: GeneralName[],
  validity: Validity,
  listAt?: string,
): Promise<Credential> {
  const keys = await newKeys();
  const issuer = Certificate.fromBER(bytesOf(authority.certificate));
  const certificate = await blankCertificate(name, name, validity, keys.publicKey);
  certificate.issuer = issuer.subject;
  const own = await keyIdentifier(certificate.subjectPublicKeyInfo);
  const above = await keyIdentifier(issuer.subjectPublicKeyInfo);
  const aki = new AuthorityKeyIdentifier({ keyIdentifier: new OctetString({ valueHex: above }) });
  certificate.extensions = [
    extension(oid.keyUsage, true, digitalSignature),
    extension(oid.authorityKeyIdentifier, false, aki.toSchema().toBER()),
    extension(oid.subjectKeyIdentifier, false, new OctetString({ valueHex: own }).toBER()),
    extension(oid.subjectAltName, false, new GeneralNames({ names }).toSchema().toBER()),
    ...(listAt === undefined ? [] : [distributionPoint(listAt)]),
  ];
  await certificate.sign(await privateKeyOf(authority), 'SHA-256');
  return credential(certificate, keys.privateKey);
}

function distributionPoint(address: string): Extension {
  const point = new DistributionPoint({ distributionPoint: [new GeneralName({ type: 6, value: address })] });
  const points = new CRLDistributionPoints({ distributionPoints: [point] });
  return extension(oid.distributionPoints, false, points.toSchema().toBER());
}

/**
 * The authority's revocation list in DER. `revoked` are certificates (PEM), each with the instant it lost its worth; they
 * come after those of the list before, where there was one.
 */
export async function issueRevocationList(
  authority: Credential,
  validity: Validity,
  revoked: readonly { certificate: string; at: Instant }[] = [],
  before: Uint8Array | null = null,
): Promise<Buffer> {
  const issuer = Certificate.fromBER(bytesOf(authority.certificate));
  const list = new CertificateRevocationList();
  list.version = 1;
  list.issuer = issuer.subject;
  list.thisUpdate = new Time({ value: new Date(validity.from) });
  list.nextUpdate = new Time({ value: new Date(validity.until) });
  const earlier = before ? (CertificateRevocationList.fromBER(before).revokedCertificates ?? []) : [];
  const added = revoked.map(
    ({ certificate, at }) =>
      new RevokedCertificate({
        userCertificate: Certificate.fromBER(bytesOf(certificate)).serialNumber,
        revocationDate: new Time({ value: new Date(at) }),
      }),
  );
  // A list without certificates has no such member at all.
  if (earlier.length + added.length > 0) list.revokedCertificates = [...earlier, ...added];
  await list.sign(await privateKeyOf(authority), 'SHA-256');
  return Buffer.from(list.toSchema(true).toBER());
}

/** PEM to DER. */
function bytesOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function privateKeyOf({ privateKey }: Credential): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', bytesOf(privateKey), algorithm, false, ['sign']);
}

async function blankCertificate(
  organisation: string,
  commonName: string,
  validity: Validity,
  publicKey: webcrypto.CryptoKey,
): Promise<Certificate> {
  const certificate = new Certificate();
  certificate.version = 2;
  // A positive serial number of sixteen bytes that does not begin with a zero.
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  certificate.serialNumber = new Integer({ valueHex: serial });
  certificate.notBefore = new Time({ value: new Date(validity.from) });
  certificate.notAfter = new Time({ value: new Date(validity.until) });
  certificate.subject = distinguishedName(organisation, commonName);
  certificate.issuer = certificate.subject;
  await certificate.subjectPublicKeyInfo.importKey(publicKey);
  return certificate;
}

/** A name of two parts, each in a set of its own, as authorities write it. */
function distinguishedName(organisation: string, commonName: string): RelativeDistinguishedNames {
  const part = (type: string, value: string) =>
    new AsnSet({ value: [new AttributeTypeAndValue({ type, value: new Utf8String({ value }) }).toSchema()] });
  const parts = [part(oid.organisation, organisation), part(oid.commonName, commonName)];
  return RelativeDistinguishedNames.fromBER(new Sequence({ value: parts }).toBER());
}

/** SHA-1 of the public key's bits: how certificates of one key find each other (RFC 5280 section 4.2.1.2). */
async function keyIdentifier(publicKey: PublicKeyInfo): Promise<ArrayBuffer> {
  return webcrypto.subtle.digest('SHA-1', publicKey.subjectPublicKey.valueBlock.valueHexView);
}

function extension(extnID: string, critical: boolean, value: ArrayBuffer | Buffer): Extension {
  const bytes = Uint8Array.from(Buffer.from(value as ArrayBuffer));
  return new Extension({ extnID, critical, extnValue: bytes.buffer });
}

async function credential(certificate: Certificate, privateKey: webcrypto.CryptoKey): Promise<Credential> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', privateKey);
  return {
    certificate: pem('CERTIFICATE', Buffer.from(certificate.toSchema(true).toBER())),
    privateKey: pem('PRIVATE KEY', Buffer.from(pkcs8)),
  };
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
