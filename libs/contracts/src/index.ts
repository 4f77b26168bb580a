export * from './dead-letters.ts';
export * from './event.ts';
export * from './fields.ts';
export * from './identity.ts';
export * from './mailbox.ts';
export * from './migration.ts';
export * from './notification.ts';
export * from './topics.ts';
