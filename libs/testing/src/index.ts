export { freePort, type Exit } from '@recapito/tools/servers';
export { childProcess, SpecProcess, type ChildProcessOptions } from './child-process.ts';
export { eventually } from './eventually.ts';
export { freshDatabase, type DatabaseContent, type FreshDatabase, type Migrate } from './fresh-database.ts';
export { memoryDisk, type MemoryDisk } from './memory-disk.ts';
export { namespace } from './namespace.ts';
export { ownServers, type OwnServers } from './own-servers.ts';
export { servers, type TestServers } from './servers.ts';
