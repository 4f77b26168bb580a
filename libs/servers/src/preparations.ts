// What prepares secrets and databases before the services start in containers takes from here, and none of the servers.
export { account, isRoot } from './account.ts';
export { appDatabase, ensureAppDatabase } from './databases.ts';
export { passwordFile, users } from './kafka-users.ts';
