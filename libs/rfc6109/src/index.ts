export * from './acceptance-receipt.ts';
export { serviceKinds } from './agreement.ts';
export * from './anomaly-envelope.ts';
export { readRevocationList, revocationListAddresses } from './authority.ts';
export type { KnownAuthority, RevocationList } from './authority.ts';
export * from './brief-hash.ts';
export { certificateHash } from './certificate.ts';
export { isTooLargeToCertify, receiptForms } from './certification.ts';
export type {
  CertificationData,
  CertificationKind,
  CertifiedError,
  CertifiedMessage,
  Destinatario,
  ReceiptForm,
  Remark,
} from './certification.ts';
export type { DaticertRefusal } from './daticert-reader.ts';
export * from './delivery-receipt.ts';
export {
  issueKeeperCertificate,
  issueProviderCertificate,
  issueRevocationList,
  issueServerCertificate,
  makeAuthority,
} from './development-authority.ts';
export type { Credential, Validity } from './development-authority.ts';
export * from './formal-checks.ts';
export { headerField } from './header-writing.ts';
export type { HeaderText } from './header-writing.ts';
export { identificativo } from './identificativo.ts';
export * from './incoming.ts';
export * from './index-file.ts';
export * from './index-file-signature.ts';
export { certifiedInstant, dateHeader } from './legal-time.ts';
export type { LegalTime } from './legal-time.ts';
export * from './non-acceptance-notice.ts';
export * from './non-delivery-notice.ts';
export { readOriginal, repliesTo, withCertifiedId } from './original.ts';
export type { Original } from './original.ts';
export * from './provider-index.ts';
export * from './read-message.ts';
export * from './seven-bit-parts.ts';
export * from './receipt-owed.ts';
export * from './signing.ts';
export { isSameSubject } from './subject-agreement.ts';
export type { CertifyingProvider, Emission, ProviderMessage, SystemMessage } from './system-message.ts';
export * from './taking-in-charge-receipt.ts';
export * from './time-limit-notice.ts';
export * from './transport-envelope.ts';
export * from './trust.ts';
export type { SignatureRefusal, Verdict } from './verification.ts';
export { virusDetectionNotice, virusError } from './virus-detection-notice.ts';
export * from './virus-non-acceptance-notice.ts';
export * from './virus-non-delivery-notice.ts';
