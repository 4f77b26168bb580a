import { createHash } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import { der, tag } from './der.ts';
import { membersOf, readValues } from './der-reader.ts';

/** SHA-1 of the certificate's DER in lower-case hex: the name that the providers' index gives it. */
export function certificateHash(raw: Uint8Array): string {
  return createHash('sha1').update(raw).digest('hex');
}

/** The CMS name of a certificate: DER of its issuer and serial number, as they stand in it. */
export function issuerAndSerialOf(certificate: X509Certificate): Buffer {
  const [toBeSigned] = membersOf(readValues(certificate.raw)?.[0]);
  const members = membersOf(toBeSigned);
  const [serial, , issuer] = members[0]?.tag === tag.context0 ? members.slice(1) : members;
  if (!serial || !issuer) throw new Error('the certificate has no issuer or serial number');
  return der(tag.sequence, issuer.raw, serial.raw);
}

/**
 * The mail addresses that a certificate names, in lower case: those of its subjectAltName and of its subject. A name that holds a
 * comma stands in quotation marks, and is none of them whatever it says inside.
 */
export function addressesOf({ subjectAltName = '', subject }: X509Certificate): string[] {
  const names = subjectAltName.replace(/"(?:[^"\\]|\\.)*"/g, '"');
  const alternative = names.split(', ').filter((name) => name.startsWith('email:'));
  const own = (subject ?? '').split('\n').filter((name) => name.startsWith('emailAddress='));
  return [...alternative, ...own].map((name) => name.slice(name.search(/[:=]/) + 1).toLowerCase());
}
