const sealedTypes: ReadonlySet<string> = new Set([
  'multipart/signed',
  'multipart/encrypted',
  'application/pkcs7-mime',
  'application/x-pkcs7-mime',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
]);

/** True for the types of structures that somebody has signed or enciphered, by S/MIME (RFC 8551) or PGP (RFC 3156). */
export function isSealedType(type: string): boolean {
  return sealedTypes.has(type) || type.startsWith('application/pgp-');
}
