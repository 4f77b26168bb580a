import type { X509Certificate } from 'node:crypto';
import { refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { maySignMessages, readAuthority } from './authority.ts';
import type { Authority, KnownAuthority } from './authority.ts';

export type TrustRefusal = Refusal<
  'signature/untrusted' | 'signature/expired' | 'signature/revoked' | 'signature/revocation-unknown'
>;

/** Judges whether a certificate may be believed at an instant. */
export type Trust = (certificate: X509Certificate, at: Instant) => TrustRefusal | null;

/** No chain of certified mail is longer. */
const longestChain = 8;

/**
 * Trust in authorities that were put here to be believed. One that another of them has issued is believed as long as that
 * one believes it; the others are anchors. A certificate counts when one chain to an anchor holds at the instant, which is
 * the suite's, and no chain has it revoked.
 * @throws Error when a certificate may not issue others, or a list is not signed by its authority
 */
export async function trustIn(authorities: readonly KnownAuthority[]): Promise<Trust> {
  const known = await Promise.all(authorities.map(readAuthority));
  const issuers = new Map<string, readonly Authority[]>();
  const issuersOf = (certificate: X509Certificate): readonly Authority[] => {
    const name = certificate.fingerprint256;
    const found = issuers.get(name) ?? known.filter((authority) => isIssuedBy(certificate, authority));
    issuers.set(name, found);
    return found;
  };
  const judge = (certificate: X509Certificate, at: Instant, below: number): TrustRefusal | null => {
    const verdicts = issuersOf(certificate).map((issuer) => {
      if (below > issuer.pathLength || below > longestChain) return untrusted();
      const verdict = judgeByIssuer(certificate, issuer, at);
      const isAnchor = issuersOf(issuer.certificate).length === 0;
      return verdict ?? (isAnchor ? null : judge(issuer.certificate, at, below + 1));
    });
    return combined(verdicts);
  };
  const signers = new Map<string, boolean>();
  return (certificate, at) => {
    const name = certificate.fingerprint256;
    const maySign = signers.get(name) ?? maySignMessages(certificate);
    signers.set(name, maySign);
    return maySign ? judge(certificate, at, 0) : untrusted();
  };
}

/**
 * One chain that holds is enough, unless another has it revoked.
 * @rule INCOMING-CHAIN
 */
function combined(verdicts: readonly (TrustRefusal | null)[]): TrustRefusal | null {
  const isRevoked = verdicts.find((verdict) => verdict?.refused === 'signature/revoked');
  if (isRevoked) return isRevoked;
  if (verdicts.includes(null)) return null;
  const unknown = verdicts.find((verdict) => verdict?.refused === 'signature/revocation-unknown');
  return unknown ?? verdicts.find((verdict) => verdict?.refused === 'signature/expired') ?? untrusted();
}

function isIssuedBy(certificate: X509Certificate, { certificate: issuer }: Authority): boolean {
  if (certificate.raw.equals(issuer.raw)) return false;
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function judgeByIssuer(certificate: X509Certificate, issuer: Authority, at: Instant): TrustRefusal | null {
  if (!validAt(certificate, at) || !validAt(issuer.certificate, at)) return expired();
  const { list, lateMs } = issuer;
  if (list === 'none') return null;
  const revokedAt = list?.revoked.get(certificate.serialNumber);
  if (revokedAt !== undefined && revokedAt <= at) return revoked();
  return list === null || at > list.nextUpdate + lateMs ? revocationUnknown() : null;
}

function validAt(certificate: X509Certificate, at: Instant): boolean {
  return certificate.validFromDate.getTime() <= at && at <= certificate.validToDate.getTime();
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

/**
 * The list is older than it may be: whether the certificate is revoked cannot be told for now.
 * @rule REVOCATION-CURRENT
 */
function revocationUnknown() {
  return refuse('signature/revocation-unknown', 'REVOCATION-CURRENT', {
    it: 'Non è possibile sapere ora se il certificato del gestore è stato revocato.',
    en: 'Whether the provider’s certificate has been revoked cannot be told for now.',
  });
}
