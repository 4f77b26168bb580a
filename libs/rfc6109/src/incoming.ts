import { isRefusal, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';
import { authorOf, disagreementIn, disagrees, domainOfId } from './agreement.ts';
import type { CertificationData } from './certification.ts';
import { enclosedOriginal, malformed, readCertifiedForm, signedCertification } from './certified-form.ts';
import type { CertifiedForm, FormRefusal } from './certified-form.ts';
import { addressesIn, readHeader } from './header-fields.ts';
import { partsOf, readEntity } from './mime-entity.ts';
import type { MimeEntity } from './mime-entity.ts';
import { ambiguityOfParts } from './outer-parts.ts';
import { unsignedSubject } from './subject-agreement.ts';
import { isSameProvider } from './provider-index.ts';
import type { ProviderEntry, ProviderIndex } from './provider-index.ts';
import type { Trust } from './trust.ts';
import { verifySignature } from './verification.ts';
import type { SignatureRefusal, Verdict } from './verification.ts';

/** Who signed what came in, and over which bytes. */
export interface SignedBy {
  readonly provider: ProviderEntry;
  /** The address of the signer: the first that its certificate names, else its service mailbox. */
  readonly signer: string;
  /** The part that the signature covers. */
  readonly signed: Buffer;
  /** True when the reverse path lies in the signer's domains, or is the null one. */
  readonly fromSigner: boolean;
}

/** A message of another provider that has passed every check of the incoming point. */
export type CertifiedArrival = CertifiedForm &
  SignedBy & {
    /** What Subject says where nothing signed does; null where it agrees with what was signed. */
    readonly unsignedSubject: string | null;
  };

/** Why something that a provider of the index has signed is not correct. */
export type AnomalyCause =
  | FormRefusal
  | Refusal<'incoming/foreign-domain' | 'incoming/foreign-id' | 'incoming/disagrees'>;

/** What a provider of the index has signed and what is not correct: it certifies nothing, `why` says what is wrong. */
export interface AnomalousArrival extends SignedBy {
  readonly kind: 'anomalous';
  readonly why: AnomalyCause;
  /** The certification data that were signed, where they can be read. */
  readonly certification: CertificationData | null;
}

/**
 * The checks of the incoming point, in their order: signature, certificate, chain (see `verifySignature`), form, From
 * among the names of the certificate, reverse path in the signer's domains, the id the signer's own, agreement of the outer
 * header with what was signed (RFC 6109 sections 2.2.2 and 7). A receipt may come with the null reverse path.
 * Refusals, for what no provider of the index has signed: `signature/*`, `incoming/malformed`. Why something is anomalous:
 * `incoming/malformed`, `incoming/foreign-domain`, `incoming/foreign-id`, `incoming/disagrees`, `daticert/*`. Reading is
 * bounded by the bytes given: nothing is decoded but certification data, signature, and the original.
 */
export function judgeIncoming(
  bytes: Buffer,
  reversePath: string,
  known: { index: ProviderIndex; trust: Trust },
  at: Instant,
): CertifiedArrival | AnomalousArrival | SignatureRefusal | Refusal<'incoming/malformed'> {
  const message = readEntity(bytes);
  if (!message) return malformed('header');
  const verdict = verifySignature(message, known, at);
  if (isRefusal(verdict)) return verdict;
  const { provider, content, addresses } = verdict;
  const fromSigner = reversePath === '' || isWithin(reversePath, provider, known.index);
  const by: SignedBy = { provider, signer: addresses[0] ?? provider.mailReceipt, signed: content.raw, fromSigner };
  const read = readCertifiedForm(message, content);
  if (isRefusal(read)) return { ...by, kind: 'anomalous', why: read, certification: signedCertification(content) };
  const beside = read.original === null ? unsignedSubject(message.header, read.certification, null) : null;
  const arrival = { ...read, ...by, unsignedSubject: beside };
  const why = faultIn(message, arrival, { reversePath, verdict, index: known.index });
  return why === null ? arrival : { ...by, kind: 'anomalous', why, certification: read.certification };
}

function faultIn(
  message: MimeEntity,
  arrival: CertifiedArrival,
  { reversePath, verdict, index }: { reversePath: string; verdict: Verdict; index: ProviderIndex },
): AnomalyCause | null {
  const { kind, provider, certification, fromSigner } = arrival;
  const author = authorOf(message.header);
  if (author === null || !verdict.addresses.includes(author.address) || !fromSigner) return foreignDomain(provider);
  if (kind === 'envelope') {
    if (certification.mittente.toLowerCase() !== reversePath.toLowerCase()) return malformed('reverse path');
    const owner = ownerOfId(certification.identificativo, index);
    if (owner !== undefined && owner.providerName !== provider.providerName) return foreignId(provider);
  }
  const ambiguity = ambiguityOfParts(message);
  return ambiguity === null ? disagreementIn(message.header, arrival, author, verdict.addresses) : disagrees(ambiguity);
}

function isWithin(address: string, provider: ProviderEntry, index: ProviderIndex): boolean {
  return isSameProvider(index.providerOf(address), provider);
}

/**
 * The provider to which an id belongs: the one that manages its domain, or a domain above it, since an id ends with the
 * name of a mail server (RFC 6109 section 2.2.1). Undefined when its domain is nobody's.
 * @rule INCOMING-ID
 */
export function ownerOfId(identificativo: string, index: ProviderIndex): ProviderEntry | undefined {
  // Dots that name nothing, as at the end of a name, make no other domain.
  const labels = domainOfId(identificativo)
    .split('.')
    .filter((label) => label !== '');
  for (let from = 0; from < labels.length; from++) {
    const owner = index.providerOf(labels.slice(from).join('.'));
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/** The message inside an envelope or complete receipt that was judged before; null when there is none. */
export function attachedOriginal(bytes: Buffer): Buffer | null {
  const message = readEntity(bytes);
  const [content] = (message && partsOf(message)) ?? [];
  return content ? enclosedOriginal(content) : null;
}

/**
 * How an envelope names a recipient: in Cc alone, or else as a primary one (RFC 6109 section 3.3.2). The enclosed original
 * says it, because the outer header is not signed.
 * @rule INCOMING-AGREES
 */
export function addressedAs(envelope: Buffer, recipient: string): 'to' | 'cc' {
  const original = attachedOriginal(envelope);
  const header = original && readHeader(original);
  const stands = (name: string) => header !== null && addressesIn(header, name).addresses.includes(recipient);
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

function foreignId(provider: ProviderEntry): Refusal<'incoming/foreign-id'> {
  return refuse(
    'incoming/foreign-id',
    'INCOMING-ID',
    {
      it: `L’identificativo del messaggio è in un dominio che ${provider.providerName} non gestisce.`,
      en: `The id of the message is in a domain that ${provider.providerName} does not manage.`,
    },
    { provider: provider.providerName },
  );
}
