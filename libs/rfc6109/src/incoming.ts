import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import type { CertificationData } from './certification.ts';
import { enclosedOriginal, malformed, readCertifiedForm } from './certified-form.ts';
import type { CertifiedForm } from './certified-form.ts';
import { addressesIn } from './header-fields.ts';
import { partsOf, readEntity } from './mime-entity.ts';
import { isSameProvider } from './provider-index.ts';
import type { ProviderEntry, ProviderIndex } from './provider-index.ts';
import type { Trust } from './trust.ts';
import { verifySignature } from './verification.ts';

/** A message of another provider that has passed every check of the incoming point. */
export type CertifiedArrival = CertifiedForm & { readonly provider: ProviderEntry };

/**
 * The checks of the incoming point, in their order: signature, certificate, chain (see `verifySignature`), form, and the
 * domains of From and of the reverse path within those of the signer (RFC 6109 sections 2.2.2 and 7).
 * Refusals: `signature/*`, `incoming/malformed`, `incoming/foreign-domain`, `daticert/*`. Reading is bounded by the
 * bytes given: nothing is decoded but certification data and signature.
 */
export function judgeIncoming(
  bytes: Buffer,
  reversePath: string,
  known: { index: ProviderIndex; trust: Trust },
  at: Instant,
): CertifiedArrival | Refusal {
  const message = readEntity(bytes);
  if (!message) return malformed('header');
  const verdict = verifySignature(message, known, at);
  if (isRefusal(verdict)) return verdict;
  const read = readCertifiedForm(message, verdict.content);
  if (isRefusal(read)) return read;
  const from = addressesIn(message.header, 'from').addresses;
  const within = (address: string | undefined) =>
    address !== undefined && isSameProvider(known.index.providerOf(address), verdict.provider);
  if (from.length !== 1 || !from[0]?.startsWith('posta-certificata@') || !within(from[0]) || !within(reversePath))
    return foreignDomain(verdict.provider);
  if (read.kind === 'envelope' && read.certification.mittente.toLowerCase() !== reversePath.toLowerCase())
    return malformed('reverse path');
  return { ...read, provider: verdict.provider };
}

/**
 * True when a receipt comes from the provider that owes it: the one that manages the recipients it speaks of. The
 * index may be a later one than that by which the provider was known.
 * // RECEIPT-OWED
 */
export function isOwedBy(receipt: CertificationData, provider: ProviderEntry, index: ProviderIndex): boolean {
  const recipients = receipt.consegna === null ? receipt.ricezione : [receipt.consegna];
  return recipients.length > 0 && recipients.every((address) => isSameProvider(index.providerOf(address), provider));
}

/** The message inside an envelope or complete receipt that was judged before; null when there is none. */
export function attachedOriginal(bytes: Buffer): Buffer | null {
  const message = readEntity(bytes);
  const [content] = (message && partsOf(message)) ?? [];
  return content ? enclosedOriginal(content) : null;
}

/** How an envelope names a recipient: in Cc alone, or else as a primary one (RFC 6109 section 3.3.2). */
export function addressedAs(envelope: Buffer, recipient: string): 'to' | 'cc' {
  const message = readEntity(envelope);
  const stands = (name: string) => message !== null && addressesIn(message.header, name).addresses.includes(recipient);
  return stands('cc') && !stands('to') ? 'cc' : 'to';
}

function foreignDomain(provider: ProviderEntry): Refusal<'incoming/foreign-domain'> {
  return refuse(
    'incoming/foreign-domain',
    'INCOMING-DOMAIN',
    {
      it: `Il mittente non è in un dominio gestito da ${provider.providerName}.`,
      en: `The sender is not in a domain that ${provider.providerName} manages.`,
    },
    { provider: provider.providerName },
  );
}
