import {
  acceptanceReceipt,
  deliveryReceipt,
  nonAcceptanceNotice,
  nonDeliveryNotice,
  takingInChargeReceipt,
  timeLimitNotice,
  transportEnvelope,
  virusDetectionNotice,
  virusNonAcceptanceNotice,
  virusNonDeliveryNotice,
} from '@recapito/rfc6109';
import type {
  CertificationKind,
  CertifiedMessage,
  CertifyingProvider,
  DeliveryFailure,
  Emission as Certifying,
  ReceiptForm,
  SystemMessage,
  TimeLimit,
} from '@recapito/rfc6109';
import type { Instant } from '@recapito/primitives';

/** A message that a provider of ours makes, as its row says it. */
export interface Emission {
  readonly id: bigint;
  /** The provider that makes it: its name in the index. */
  readonly provider: string;
  readonly kind: EmissionKind;
  readonly messageId: string;
  readonly at: Instant;
  readonly forwardPath: readonly string[];
  /** Whom it speaks of. */
  readonly about: readonly string[];
  readonly form: ReceiptForm | null;
  readonly errore: DeliveryFailure['errore'] | 'virus' | null;
  readonly erroreEsteso: string | null;
  /** The provider whose incoming point gets it; null for a box of the same provider. */
  readonly towards: string | null;
  /** Which limit a notice of time limits is for. */
  readonly timeLimit: TimeLimit | null;
  readonly arrivalId: string | null;
}

export type EmissionKind = Extract<
  CertificationKind,
  | 'accettazione'
  | 'non-accettazione'
  | 'posta-certificata'
  | 'presa-in-carico'
  | 'avvenuta-consegna'
  | 'errore-consegna'
  | 'preavviso-errore-consegna'
  | 'rilevazione-virus'
>;

/** Where the original that an emission carries is kept: with the submission, with the arrival, or nowhere. */
export function originalOf(emission: Emission): 'submission' | 'arrival' | null {
  if (emission.kind === 'posta-certificata') return 'submission';
  return emission.kind === 'avvenuta-consegna' && emission.form !== 'sintetica' ? 'arrival' : null;
}

/**
 * Builds an emission from its row, the message it is about and the original that it carries: the same bytes however
 * often. @throws Error when the row lacks what its kind needs, which is a bug.
 */
export function systemMessage(
  emission: Emission,
  message: CertifiedMessage,
  provider: CertifyingProvider,
  original: Buffer | null,
): SystemMessage {
  const by = { provider, messageId: emission.messageId, at: emission.at };
  const [first] = emission.about;
  switch (emission.kind) {
    case 'accettazione':
      return acceptanceReceipt(message, by);
    case 'non-accettazione':
      return emission.errore === 'virus'
        ? virusNonAcceptanceNotice(message, by, present(emission.erroreEsteso, emission))
        : nonAcceptanceNotice(message, by, present(emission.erroreEsteso, emission));
    case 'posta-certificata':
      return transportEnvelope(message, by, present(original, emission));
    case 'presa-in-carico':
      return takingInChargeReceipt(message, by, {
        recipients: emission.about,
        serviceMailbox: present(emission.forwardPath[0], emission),
      });
    case 'avvenuta-consegna':
      return deliveryReceipt(message, by, {
        recipient: present(first, emission),
        form: present(emission.form, emission),
        original,
      });
    case 'errore-consegna':
      return failureNotice(emission, message, by);
    case 'rilevazione-virus':
      return virusDetectionNotice(message, by, {
        recipient: present(first, emission),
        serviceMailbox: present(emission.forwardPath[0], emission),
        erroreEsteso: present(emission.erroreEsteso, emission),
      });
    case 'preavviso-errore-consegna':
      return timeLimitNotice(message, by, {
        recipient: present(first, emission),
        limit: present(emission.timeLimit, emission),
      });
  }
}

/** A virus has a notice of its own. */
function failureNotice(emission: Emission, message: CertifiedMessage, by: Certifying): SystemMessage {
  const recipient = present(emission.about[0], emission);
  const errore = present(emission.errore, emission);
  const erroreEsteso = present(emission.erroreEsteso, emission);
  return errore === 'virus'
    ? virusNonDeliveryNotice(message, by, { recipient, erroreEsteso })
    : nonDeliveryNotice(message, by, { recipient, errore, erroreEsteso });
}

function present<Value>(value: Value | null | undefined, { kind, messageId }: Emission): Value {
  if (value === null || value === undefined) throw new Error(`the ${kind} ${messageId} lacks what its kind needs`);
  return value;
}
