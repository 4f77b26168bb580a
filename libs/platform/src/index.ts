export { boot } from './boot.ts';
export { grantsOf } from './assemble.ts';
export { start } from './start.ts';
export { connectionOf } from './service.ts';
export type { OnServiceStart, Platform, RunningService, Service } from './service.ts';

export { parseConfig, portNumber, readConfig, serviceConfig, serviceUrl, statelessConfig } from './config.ts';
export type { AnyServiceConfig, ConfigReading, ServiceConfig } from './config.ts';
export { brokersOf, kafkaSettings } from './kafka-settings.ts';
export { protectedBy } from './inner-ways.ts';

export { InHand, TwoPersons } from './approvals/act-in-hand.ts';
export type { ActInHand } from './approvals/act-in-hand.ts';
export { Approvals } from './approvals/approvals.ts';
export type { TwoPersonAct } from './approvals/approvals.ts';

export { audienceOf, tokenAudiences } from './auth/access-tokens.ts';
export { CurrentCaller } from './auth/caller.ts';
export type { Caller, VerifyToken } from './auth/caller.ts';
export { hasSecret, readSecret } from './auth/key-files.ts';
export { passwordChecks } from './auth/password-checks.ts';
export type { PasswordQuestion, PasswordVerdict } from './auth/password-checks.ts';
export { OperatorPermissions } from './auth/operator-permissions.ts';
export { operatorName, writtenOperatorName } from './auth/operator-names.ts';
export { operatorRegister, Operators } from './auth/operators.ts';
export type { RegisteredOperator } from './auth/operators.ts';
export { Permission, Public } from './auth/permission.ts';
export { Act, Publishes, PurposeHeader, Reading, RecordsNothing } from './auth/recording.ts';
export type { Grants } from './auth/permission.ts';
export { KeyRing } from './auth/key-ring.ts';
export type { KeyPurpose, KnownKey } from './auth/key-ring.ts';
export { citizenSessionSeconds, holderScopes, isSessionOver } from './auth/session-end.ts';
export type { HolderScope } from './auth/session-end.ts';
export { Roles } from './auth/roles.ts';
export type { Role } from './auth/roles.ts';
export { ServiceTokens } from './auth/service-tokens.ts';
export { verifySigned } from './auth/signed-tokens.ts';

export { Breakers } from './calls/breakers.ts';
export type { BreakerOptions } from './calls/breakers.ts';
export { anySignal } from './calls/any-signal.ts';
export { abandoned, remainingMs } from './calls/deadline.ts';
export { HttpClient } from './calls/http-client.ts';
export { clientHeader, ServiceCaller } from './calls/service-caller.ts';
export type { ServiceCall } from './calls/service-caller.ts';
export { Unavailable } from './calls/unavailable.ts';

export { SuiteClock } from './clock/suite-clock.ts';
export type { ClockReading, ClockSetting } from './clock/suite-clock.ts';
export { SystemClock } from './clock/system-clock.ts';

export { putFile } from './files/put-file.ts';
export { readJsonFile } from './files/read-json-file.ts';
export { ClosedDoors } from './restore/closed-doors.ts';
export { EpochFile } from './restore/epoch-file.ts';

export { Health } from './health/health.ts';
export type { Finding, HealthCheck, HealthReport, HealthState, Probe } from './health/health.ts';

export { ArrivedAt } from './http/arrival.ts';
export { answer } from './http/answer.ts';
export { instantText } from './http/instant-text.ts';
export { withinAnswer } from './http/edge.ts';
export type { StatusOf } from './http/answer.ts';
export { IdempotencyKey } from './http/idempotency-key.ts';
export { preferredLanguage } from './http/language.ts';
export type { Language } from './http/language.ts';
export { keyAfter, pageFrom, pageOf, pageQuery } from './http/page.ts';
export type { Page, PageQuery } from './http/page.ts';
export type { ProblemDocument, RequestFault } from './http/problem.ts';
export { FollowedTls, SettingFiles, tlsOf } from './tls-files.ts';
export type { FiledSettings } from './tls-files.ts';
export { Purpose, PurposeOrQuery, PurposeOrQueryDocument } from './http/purpose.ts';
export { searchText, searchTextAs } from './http/search-text.ts';
export { customFault } from './http/validation.ts';

export { JobWakes } from './jobs/job-wakes.ts';

export { serviceLogger } from './observability/logger.ts';
export type { Logger } from './observability/logger.ts';
export { Metrics } from './observability/metrics.ts';
export { currentTraceId } from './observability/trace.ts';

export { KnownSources } from './sources/known-sources.ts';
export { ClientSources, CurrentSources } from './sources/request-sources.ts';
export { sourcesOf } from './sources/source.ts';
export type { Sources } from './sources/source.ts';
export { limitConnections } from './sources/limited-connections.ts';
export type { TurnedAway } from './sources/limited-connections.ts';
export { SourceRate } from './sources/source-rate.ts';

export { DueWork } from './rehearsal/due-work.ts';
export type { EarliestDue, QuietCounters } from './rehearsal/due-work.ts';
export type { RehearsalState } from './rehearsal/rehearsal.ts';
