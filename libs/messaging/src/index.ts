export { BatchRunner } from './batch-runner.ts';
export type { BatchHandler, BatchRunnerOptions, RawBatch } from './batch-runner.ts';
export { addAccess, prepareBroker, replaceAccess } from './broker-access.ts';
export type { AccessChange } from './broker-access.ts';
export { Brokers } from './brokers.ts';
export type { BrokerCredential, BrokerTls } from './brokers.ts';
export { cloudEventType, decodeEnvelope, decodeFact, encodeData, headersOf, largestRecord } from './codec.ts';
export type { Envelope, FactHeaders, OutgoingFact, RawRecord } from './codec.ts';
export { readCompacted, recordReader } from './compacted-reader.ts';
export type {
  CompactedReader,
  CompactedReaderOptions,
  CompactedReaderState,
  RecordReader,
} from './compacted-reader.ts';
export {
  childTraceparent,
  correlated,
  correlation,
  currentTraceparent,
  newTraceparent,
  traceId,
} from './correlation.ts';
export type { Correlation } from './correlation.ts';
export { countDeadLetters, listDeadLetters, redrive, setAside } from './dead-letters.ts';
export type { DeadLetter } from './dead-letters.ts';
export { DirectPublisher } from './direct-publisher.ts';
export { factFingerprint } from './fact-fingerprint.ts';
export type { KeptEpoch } from './own-topics.ts';
export { currentEpoch, epochAbove, isNewer, raiseEpoch } from './epoch.ts';
export type { Standing } from './epoch.ts';
export { FactStrategy } from './fact-strategy.ts';
export type {
  ConsumerPoint,
  FactCounters,
  FactStrategyOptions,
  FactStrategyState,
  TopicState,
} from './fact-strategy.ts';
export { classify, HandlerRefused, InfrastructureFailure, PermanentFailure } from './failures.ts';
export type { FailureClass } from './failures.ts';
export {
  closeForgotten,
  goOnAfterRestore,
  hasTwoHistories,
  isForgotten,
  keepForgotten,
  listForgotten,
  noteWentBack,
  rebuildForgotten,
  wentBack,
} from './forgotten.ts';
export type { ForgottenFact, ReadFact, RebuildForgotten, WentBack } from './forgotten.ts';
export type { MessagingLogger, Probe, ServiceConnection } from './logger.ts';
export { FactContext, OnEvent } from './on-event.ts';
export { append, appendNext, oldestPendingMs, outboxPending } from './outbox.ts';
export type { FactToTell } from './outbox.ts';
export { countPassedOverRecords, listStoppedPartitions } from './partition-stop.ts';
export type { StoppedPartition, ContinuedReading } from './partition-stop.ts';
export { continuationOf, resumeAt } from './reading-position.ts';
export type { BreakCause } from './reading-position.ts';
export { keysOfPartitions, partitionOf } from './partition-of.ts';
export { Relay } from './relay.ts';
export type { RelayOptions, RelayPoint, RelayState } from './relay.ts';
export { openRepublication, republish } from './republication.ts';
export type { Republication } from './republication.ts';
export { readOwnStates } from './own-states.ts';
export { pgTransactions } from './sql.ts';
export type { RunTransaction, SqlTransaction } from './sql.ts';
export { addDigests, digestText, stateDigest, subtractDigest } from './state-digest.ts';
export { claimKeptDays, keptDays, sweep } from './sweep.ts';
export type { Swept } from './sweep.ts';
export { TailReader } from './tail-reader.ts';
export type { TailReaderOptions } from './tail-reader.ts';
export { TopicEnds } from './topic-ends.ts';
export { ensureTopics, groupOf, physicalTopic } from './topics.ts';
