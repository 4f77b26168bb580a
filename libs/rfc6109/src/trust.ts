import { X509Certificate } from 'node:crypto';
import { instant, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { Certificate, CertificateRevocationList } from 'pkijs';

/** Judges whether a certificate may be believed at an instant. */
export type Trust = (
  certificate: X509Certificate,
  at: Instant,
) => Refusal<'signature/untrusted' | 'signature/expired' | 'signature/revoked'> | null;

interface Authority {
  readonly certificate: X509Certificate;
  /** Serial numbers in upper-case hex, as X509Certificate writes them, with the instant of revocation. */
  readonly revoked: ReadonlyMap<string, Instant>;
}

/**
 * Trust in authorities, each a certificate (PEM) with its revocation list (DER). The lists' signatures are checked
 * here, chain and revocation at each judgement; the judged instant is the suite's.
 * @throws Error when a list is not signed by its authority
 */
export async function trustIn(authorities: readonly { certificate: string; crl: Uint8Array }[]): Promise<Trust> {
  const known = await Promise.all(authorities.map(({ certificate, crl }) => readAuthority(certificate, crl)));
  const issuers = new Map<string, Authority | undefined>();
  return (certificate, at) => {
    const name = certificate.fingerprint256;
    if (!issuers.has(name))
      issuers.set(
        name,
        known.find((authority) => isIssuedBy(certificate, authority)),
      );
    const authority = issuers.get(name);
    if (!authority) return untrusted();
    if (!validAt(certificate, at) || !validAt(authority.certificate, at)) return expired();
    const revokedAt = authority.revoked.get(certificate.serialNumber);
    return revokedAt !== undefined && revokedAt <= at ? revoked() : null;
  };
}

function isIssuedBy(certificate: X509Certificate, authority: Authority): boolean {
  return (
    !certificate.ca &&
    certificate.checkIssued(authority.certificate) &&
    certificate.verify(authority.certificate.publicKey)
  );
}

function validAt(certificate: X509Certificate, at: Instant): boolean {
  return certificate.validFromDate.getTime() <= at && at <= certificate.validToDate.getTime();
}

async function readAuthority(pem: string, crl: Uint8Array): Promise<Authority> {
  const certificate = new X509Certificate(pem);
  const list = CertificateRevocationList.fromBER(crl);
  if (!(await list.verify({ issuerCertificate: Certificate.fromBER(certificate.raw) })))
    throw new Error('the revocation list is not signed by its authority');
  const revoked = new Map<string, Instant>();
  for (const { userCertificate, revocationDate } of list.revokedCertificates ?? []) {
    const serial = Buffer.from(userCertificate.valueBlock.valueHexView)
      .toString('hex')
      .replace(/^(00)+/, '');
    revoked.set(serial.toUpperCase(), instant(revocationDate.value.getTime()));
  }
  return { certificate, revoked };
}

function untrusted() {
  return refuse('signature/untrusted', 'INCOMING-CHAIN', {
    it: 'Il certificato del gestore non è emesso da un’autorità riconosciuta.',
    en: 'The provider’s certificate is not issued by a recognised authority.',
  });
}

function expired() {
  return refuse('signature/expired', 'INCOMING-CHAIN', {
    it: 'Il certificato del gestore non era valido nel momento della ricezione.',
    en: 'The provider’s certificate was not valid at the instant of arrival.',
  });
}

function revoked() {
  return refuse('signature/revoked', 'INCOMING-CHAIN', {
    it: 'Il certificato del gestore è stato revocato.',
    en: 'The provider’s certificate has been revoked.',
  });
}
