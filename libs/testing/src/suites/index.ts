// What every service has in common, as specs that an app runs for itself. Apart from the rest, for Jest must be there.
export { consumerSuite, type ConsumerScene } from './consumer-suite.ts';
export { healthSuite } from './health-suite.ts';
export { idleSuite, type IdleScene } from './idle-suite.ts';
export { migrationsSuite, type MigrationsScene } from './migrations-suite.ts';
export { finishedFacts, oddRecordsSuite, type OddRecordsScene } from './odd-records-suite.ts';
export { oddRequestsSuite, type OddRequestsScene } from './odd-requests-suite.ts';
export { outboxSuite, type OutboxScene } from './outbox-suite.ts';
