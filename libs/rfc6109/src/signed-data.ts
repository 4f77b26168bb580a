import { der, objectIdentifier, tag } from './der.ts';
import { membersOf, octetsOf, readValues } from './der-reader.ts';
import type { Encoded } from './der-reader.ts';

/** What a detached CMS signature says, taken apart and not yet believed. */
export interface SignedData {
  /** DER of the certificates inside. */
  readonly certificates: readonly Buffer[];
  /** DER of IssuerAndSerialNumber. */
  readonly signerId: Buffer;
  readonly digest: 'sha1' | 'sha256' | 'sha512';
  /** The signed attributes as the signature covers them (DER, tag SET); null when the content itself is signed. */
  readonly attributes: Buffer | null;
  readonly messageDigest: Buffer | null;
  readonly signature: Buffer;
}

const context0 = tag.context0;
const digests: readonly { name: SignedData['digest']; identifier: Buffer }[] = [
  { name: 'sha1', identifier: objectIdentifier('1.3.14.3.2.26') },
  { name: 'sha256', identifier: objectIdentifier('2.16.840.1.101.3.4.2.1') },
  { name: 'sha512', identifier: objectIdentifier('2.16.840.1.101.3.4.2.3') },
];
/** rsaEncryption, and the three that name the digest too. */
const signatureAlgorithms = ['1', '5', '11', '13'].map((last) => objectIdentifier(`1.2.840.113549.1.1.${last}`));
const messageDigest = objectIdentifier('1.2.840.113549.1.9.4');

/** Reads a CMS SignedData with one RSA signature over a digest that providers use. Null when it is anything else. */
export function readSignedData(bytes: Buffer): SignedData | null {
  const [, wrapped] = membersOf(readValues(bytes)?.[0]);
  const members = membersOf(membersOf(wrapped)[0]);
  const certificates = members.find((member) => member.tag === context0);
  const signerInfos = membersOf(members.at(-1));
  const [signerInfo] = signerInfos;
  return signerInfos.length === 1 && signerInfo ? readSigner(membersOf(signerInfo), membersOf(certificates)) : null;
}

function readSigner(info: Encoded[], certificates: Encoded[]): SignedData | null {
  const [, signerId, digestAlgorithm, ...rest] = info;
  const attributes = rest[0]?.tag === context0 ? rest.shift() : undefined;
  const [signatureAlgorithm, signature] = rest;
  const digest = digests.find(({ identifier }) => identifier.equals(nameOf(digestAlgorithm)))?.name;
  const knownAlgorithm = signatureAlgorithms.some((identifier) => identifier.equals(nameOf(signatureAlgorithm)));
  if (!signerId || !signature || !digest || !knownAlgorithm) return null;
  return {
    certificates: certificates.map(({ raw }) => raw),
    signerId: signerId.raw,
    digest,
    // The signature is made over the attributes as a SET, not over the context tag under which they travel.
    attributes: attributes ? der(tag.set, attributes.content) : null,
    messageDigest: attributes ? digestIn(membersOf(attributes)) : null,
    signature: octetsOf(signature),
  };
}

function digestIn(attributes: Encoded[]): Buffer | null {
  const found = attributes.filter((attribute) => messageDigest.equals(nameOf(attribute)));
  const [value] = membersOf(membersOf(found[0])[1]);
  return found.length === 1 && value ? octetsOf(value) : null;
}

/** The object identifier with which an algorithm or attribute begins. */
function nameOf(value: Encoded | undefined): Buffer {
  return membersOf(value)[0]?.raw ?? Buffer.alloc(0);
}
