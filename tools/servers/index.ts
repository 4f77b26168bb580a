export { account, isRoot, type Account } from './account.ts';
export { Child, lastLines, type ChildCommand, type Exit } from './child.ts';
export { dovecot, type DovecotPlace } from './dovecot.ts';
export { freePort } from './free-port.ts';
export { identify, isAlive, listens, signal, type ProcessIdentity } from './processes.ts';
export { endLeftovers, readRecord, RunFolder, type RecordedChild, type RunRecord } from './run-record.ts';
export { serverNames, Servers, startServers, type ServerName, type ServersWanted } from './start-servers.ts';
export type { Server } from './server.ts';
