import { isAscii } from 'node:buffer';
import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import type { Instant } from '@recapito/primitives';
import { boundaryFor } from './boundary.ts';
import { issuerAndSerialOf } from './certificate.ts';
import { der, objectIdentifier, tag } from './der.ts';
import { headerField, headerFieldOf, joinFields, latin1Octets } from './header-writing.ts';
import type { ProviderMessage } from './system-message.ts';
import { base64Lines } from './transfer-encoding.ts';

/** Signs for one provider. Certificate, algorithms and frames are encoded once, when the signer is made. */
export interface Signer {
  readonly certificate: X509Certificate;
  /** A detached CMS SignedData in DER over `content`, SHA-256 with RSA, with the signer's certificate inside. */
  sign(content: Uint8Array, at: Instant): Promise<Buffer>;
}

const signAsync = promisify(sign);

const oid = {
  data: objectIdentifier('1.2.840.113549.1.7.1'),
  signedData: objectIdentifier('1.2.840.113549.1.7.2'),
  contentType: objectIdentifier('1.2.840.113549.1.9.3'),
  messageDigest: objectIdentifier('1.2.840.113549.1.9.4'),
  signingTime: objectIdentifier('1.2.840.113549.1.9.5'),
  sha256: objectIdentifier('2.16.840.1.101.3.4.2.1'),
  rsa: objectIdentifier('1.2.840.113549.1.1.1'),
};

/** Signs bytes by an RSA key, wherever that lies: PKCS #1 version 1.5 over their SHA-256. */
export type RsaSign = (bytes: Buffer) => Promise<Buffer>;

/**
 * Makes a signer from a certificate and its RSA private key, both PEM.
 * @throws Error when they are not a pair, or the key is not RSA
 */
export function signer(certificatePem: string, privateKeyPem: string): Signer {
  const certificate = new X509Certificate(certificatePem);
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== 'rsa' || !certificate.checkPrivateKey(key))
    throw new Error('the private key is not the RSA key of the certificate');
  return signerBy(certificate, (bytes) => signAsync('sha256', bytes, key));
}

/** Makes a signer from a certificate and whoever signs by its RSA key: a token that does not give the key away. */
export function signerBy(certificate: X509Certificate, rsaSign: RsaSign): Signer {
  const version = der(tag.integer, Buffer.from([1]));
  const noParameters = der(tag.null);
  const digestAlgorithm = der(tag.sequence, oid.sha256, noParameters);
  const signatureAlgorithm = der(tag.sequence, oid.rsa, noParameters);
  const beforeSignerInfo = Buffer.concat([
    version,
    der(tag.set, digestAlgorithm),
    der(tag.sequence, oid.data),
    der(tag.context0, certificate.raw),
  ]);
  const beforeAttributes = Buffer.concat([version, issuerAndSerialOf(certificate), digestAlgorithm]);
  const contentTypeAttribute = der(tag.sequence, oid.contentType, der(tag.set, oid.data));

  return { certificate, sign: signContent };

  async function signContent(content: Uint8Array, at: Instant): Promise<Buffer> {
    // The order of a DER set: shorter attributes first, as their second byte is the length.
    const attributes = Buffer.concat([
      contentTypeAttribute,
      der(tag.sequence, oid.signingTime, der(tag.set, utcTime(at))),
      der(tag.sequence, oid.messageDigest, der(tag.set, der(tag.octetString, sha256(content)))),
    ]);
    const signature = await rsaSign(der(tag.set, attributes));
    const signerInfo = der(
      tag.sequence,
      beforeAttributes,
      der(tag.context0, attributes),
      signatureAlgorithm,
      der(tag.octetString, signature),
    );
    const signedData = der(tag.sequence, beforeSignerInfo, der(tag.set, signerInfo));
    return der(tag.sequence, oid.signedData, der(tag.context0, signedData));
  }
}

/**
 * The message as it travels: S/MIME multipart/signed over its content, dated by its own instant (RFC 6109 section 4.3).
 *
 * @throws RangeError when its header holds what is no octet
 */
export async function seal(message: ProviderMessage, by: Signer): Promise<Buffer> {
  const { header, content, at } = message;
  const signature = await by.sign(content, at);
  const boundary = boundaryFor('signed', content);
  const head = joinFields([
    header,
    version,
    headerFieldOf('Content-Type', [
      'multipart/signed; protocol="application/pkcs7-signature";',
      `micalg="sha-256"; boundary="${boundary}"`,
    ]),
    ...(isAscii(content) ? [] : [eightBit]),
  ]);
  return Buffer.concat([
    latin1Octets(`${head}\r\n--${boundary}\r\n`),
    content,
    latin1Octets(`\r\n--${boundary}\r\n${signatureHead}\r\n${base64Lines(signature)}\r\n--${boundary}--\r\n`),
  ]);
}

const version = headerField('MIME-Version', '1.0');
const eightBit = headerField('Content-Transfer-Encoding', '8bit');
const signatureHead = joinFields([
  headerField('Content-Type', 'application/pkcs7-signature; name="smime.p7s"'),
  headerField('Content-Transfer-Encoding', 'base64'),
  headerField('Content-Disposition', 'attachment; filename="smime.p7s"'),
]);

function sha256(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

/** UTCTime, which CMS asks for until 2049. */
function utcTime(at: Instant): Buffer {
  const iso = new Date(at).toISOString();
  return der(tag.utcTime, Buffer.from(`${iso.slice(2, 19).replace(/[-:T]/g, '')}Z`, 'latin1'));
}
