export { account, isRoot, type Account } from './account.ts';
export { Child, lastLines, type ChildCommand, type Exit } from './child.ts';
export { containers } from './containers.ts';
export {
  asAdministrator,
  createAppDatabase,
  databaseOf,
  dropDatabase,
  ensureAppDatabase,
  runtimeRoleOf,
  type AppDatabase,
} from './databases.ts';
export { dovecot, type DovecotPlace } from './dovecot.ts';
export { containerEngine } from './engine.ts';
export { freePort } from './free-port.ts';
export { infraAskedFor, InfraRefused } from './infra.ts';
export { root } from './installed.ts';
export { askGroupCoordinator } from './kafka.ts';
export { brokerItself, brokersAs, brokerSettingsOf, credentialsVariable } from './kafka-users.ts';
export { makePlace, placeFor } from './open-ground.ts';
export { postgresAccount } from './postgres-ground.ts';
export { identify, isAlive, listens, signal, type ProcessIdentity } from './processes.ts';
export { emptyRun, removeRun } from './remove-run.ts';
export { endLeftovers, readRecord, RunFolder, type RecordedChild, type RunRecord } from './run-record.ts';
export type { Server } from './server.ts';
export { joinStandby, promote, standby } from './standby.ts';
export {
  checkInfra,
  serverNames,
  Servers,
  startServers,
  type ServerName,
  type ServersWanted,
} from './start-servers.ts';
export { until } from './until.ts';
