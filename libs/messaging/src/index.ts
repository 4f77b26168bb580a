export { BatchRunner } from './groups/batch-runner.ts';
export type { BatchHandler, BatchRunnerOptions, RawBatch } from './groups/batch-runner.ts';
export { addAccess, prepareBroker, replaceAccess } from './broker/broker-access.ts';
export type { AccessChange } from './broker/broker-access.ts';
export { Brokers } from './broker/brokers.ts';
export type { BrokerCredential, BrokerTls } from './broker/brokers.ts';
export { appendedAt } from './records/appended-at.ts';
export { cloudEventType, decodeEnvelope, decodeFact, encodeData, headersOf } from './records/codec.ts';
export type { Envelope, FactHeaders, OutgoingFact, RawRecord } from './records/codec.ts';
export { readCompacted, recordReader } from './followers/compacted-reader.ts';
export type {
  CompactedReader,
  CompactedReaderOptions,
  CompactedReaderState,
  RecordReader,
} from './followers/compacted-reader.ts';
export {
  childTraceparent,
  correlated,
  correlation,
  currentTraceparent,
  newTraceparent,
  traceId,
} from './records/correlation.ts';
export type { Correlation } from './records/correlation.ts';
export { countDeadLetters, listDeadLetters, readDeadLetter, redrive, setAside } from './dead-letters/dead-letters.ts';
export type { ReadDeadLetter } from './dead-letters/dead-letters.ts';
export type { DeadLetter } from './dead-letters/dead-letter.ts';
export { DirectPublisher } from './outbox/direct-publisher.ts';
export { factFingerprint } from './records/fact-fingerprint.ts';
export type { KeptEpoch } from './restore/own-topics.ts';
export { currentEpoch, isNewer, raiseEpoch } from './restore/epoch.ts';
export type { Standing } from './restore/epoch.ts';
export { FactStrategy } from './facts/fact-strategy.ts';
export type { FactCounters, FactStrategyState, TopicState } from './facts/fact-strategy.ts';
export type { ConsumerPoint, FactStrategyOptions } from './facts/fact-strategy-options.ts';
export { classify, InfrastructureFailure, PermanentFailure } from './dead-letters/failures.ts';
export type { FailureClass } from './dead-letters/failures.ts';
export {
  closeForgotten,
  goOnAfterRestore,
  hasTwoHistories,
  isForgotten,
  keepForgotten,
  listForgotten,
  rebuildForgotten,
  rebuildForgottenAbout,
  wentBack,
} from './restore/forgotten.ts';
export type { ForgottenAbout, ForgottenFact, ReadFact, RebuildForgotten, WentBack } from './restore/forgotten.ts';
export { decidedByOperator, ForgottenRules, nothingKept, repeated, toldAgain } from './restore/forgotten-rules.ts';
export type { ForgottenRule, RepeatChange } from './restore/forgotten-rules.ts';
export type { MessagingLogger, Probe, ServiceConnection } from './logger.ts';
export { FactContext, OnEvent } from './facts/on-event.ts';
export { append, appendNext, oldestPendingMs, outboxPending } from './outbox/outbox.ts';
export type { FactToTell } from './outbox/outbox.ts';
export { countPassedOverRecords, listStoppedPartitions } from './positions/partition-stop.ts';
export type { StoppedPartition, ContinuedReading } from './positions/partition-stop.ts';
export { continuationOf, resumeAt } from './positions/reading-position.ts';
export type { BreakCause } from './positions/reading-position.ts';
export { keysOfPartitions, partitionOf } from './records/partition-of.ts';
export { Relay } from './outbox/relay.ts';
export type { RelayOptions, RelayPoint, RelayState } from './outbox/relay.ts';
export { openRepublication, republish } from './outbox/republication.ts';
export type { Republication } from './outbox/republication.ts';
export { readOwnStates } from './restore/own-states.ts';
export { pgTransactions } from './sql.ts';
export type { RunTransaction, SqlTransaction } from './sql.ts';
export { addDigests, digestText, stateDigest, subtractDigest } from './records/state-digest.ts';
export { sweep } from './sweep.ts';
export type { Swept } from './sweep.ts';
export { TailReader } from './followers/tail-reader.ts';
export type { TailReaderOptions } from './followers/tail-reader.ts';
export { TopicEnds } from './broker/topic-ends.ts';
export { ensureTopics, groupOf, physicalTopic } from './broker/topics.ts';
