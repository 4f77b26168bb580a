import { createHash, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { der, objectIdentifier, tag } from './der.ts';
import { membersOf, octetsOf, readValues } from './der-reader.ts';
import type { Encoded } from './der-reader.ts';

/** What a CMS signature says, taken apart and not yet believed. */
export interface SignedData {
  /** What is signed, when it lies inside; null when the signature is detached. */
  readonly content: Buffer | null;
  /** DER of the certificates inside. */
  readonly certificates: readonly Buffer[];
  /** DER of IssuerAndSerialNumber. */
  readonly signerId: Buffer;
  readonly digest: 'sha1' | 'sha256' | 'sha512';
  /** The signed attributes as the signature covers them (DER, tag SET); null when the content itself is signed. */
  readonly attributes: Buffer | null;
  readonly messageDigest: Buffer | null;
  /** When the signer says that it signed; null when it does not. */
  readonly signingTime: Instant | null;
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
const signingTime = objectIdentifier('1.2.840.113549.1.9.5');
const plainData = objectIdentifier('1.2.840.113549.1.7.1');

/** Reads a CMS SignedData with one RSA signature over a digest that providers use. Null when it is anything else. */
export function readSignedData(bytes: Buffer): SignedData | null {
  const members = membersOf(signedDataIn(bytes));
  const certificates = members.find((member) => member.tag === context0);
  const signerInfos = membersOf(members.at(-1));
  const [signerInfo] = signerInfos;
  if (signerInfos.length !== 1 || !signerInfo) return null;
  const signer = readSigner(membersOf(signerInfo), membersOf(certificates));
  return signer && { ...signer, content: contentIn(members[2]) };
}

/** Puts what a detached signature is over inside it. @throws Error when it is no CMS SignedData. */
export function withContent(detached: Buffer, content: Uint8Array): Buffer {
  const contentInfo = membersOf(readValues(detached)?.[0]);
  const [version, digests, , ...rest] = membersOf(signedDataIn(detached));
  if (!contentInfo[0] || !version || !digests) throw new Error('this is no CMS signature');
  const enclosed = der(tag.sequence, plainData, der(context0, der(tag.octetString, content)));
  const pieces = [version.raw, digests.raw, enclosed, ...rest.map(({ raw }) => raw)];
  return der(tag.sequence, contentInfo[0].raw, der(context0, der(tag.sequence, ...pieces)));
}

/** Whether the signature is that of a key over a content. */
export function isSignedBy(signed: SignedData, content: Uint8Array, publicKey: KeyObject): boolean {
  if (signed.attributes === null) return verify(signed.digest, content, publicKey, signed.signature);
  const digest = createHash(signed.digest).update(content).digest();
  return (
    signed.messageDigest?.equals(digest) === true &&
    verify(signed.digest, signed.attributes, publicKey, signed.signature)
  );
}

function signedDataIn(bytes: Buffer): Encoded | undefined {
  const [, wrapped] = membersOf(readValues(bytes)?.[0]);
  return membersOf(wrapped)[0];
}

/** Plain data alone: a structure of another kind inside would be signed in another encoding than it has. */
function contentIn(encapsulated: Encoded | undefined): Buffer | null {
  const [type, wrapped] = membersOf(encapsulated);
  const [content] = membersOf(wrapped);
  return type?.raw.equals(plainData) === true && content && (content.tag & ~0x20) === tag.octetString
    ? octetsOf(content)
    : null;
}

function readSigner(info: Encoded[], certificates: Encoded[]): Omit<SignedData, 'content'> | null {
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
    messageDigest: octets(onlyValueOf(messageDigest, attributes)),
    signingTime: timeIn(onlyValueOf(signingTime, attributes)),
    signature: octetsOf(signature),
  };
}

/** The value of an attribute that stands once and has one value. */
function onlyValueOf(name: Buffer, attributes: Encoded | undefined): Encoded | undefined {
  const found = membersOf(attributes).filter((attribute) => name.equals(nameOf(attribute)));
  const values = membersOf(membersOf(found[0])[1]);
  return found.length === 1 && values.length === 1 ? values[0] : undefined;
}

function octets(value: Encoded | undefined): Buffer | null {
  return value ? octetsOf(value) : null;
}

/** UTCTime, whose years are 1950 to 2049, or GeneralizedTime; whole seconds of UTC, as CMS asks for. */
function timeIn(value: Encoded | undefined): Instant | null {
  const text = value?.content.toString('latin1') ?? '';
  const year = value?.tag === tag.utcTime ? (text < '5' ? '20' : '19') : '';
  const [, y, ...rest] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(year + text) ?? [];
  const [month, day, hour, minute, second] = rest;
  const at = Date.parse(`${y}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? null : instant(at);
}

/** The object identifier with which an algorithm or attribute begins. */
function nameOf(value: Encoded | undefined): Buffer {
  return membersOf(value)[0]?.raw ?? Buffer.alloc(0);
}
