export { brokerItself, brokersAs, freePort, type Exit } from '@recapito/servers';
export { backUpDatabase, type BackedUpDatabase } from './backed-up-database.ts';
export { startCertifiedMail, writeProviders } from './certified-mail-process.ts';
export { Browser, hidden, whereTo, type Page } from './browser.ts';
export { childProcess, SpecProcess, type ChildProcessOptions } from './child-process.ts';
export { eventually } from './eventually.ts';
export { queryPlan } from './query-plan.ts';
export { backendOf, loseConnection } from './lost-connection.ts';
export { everyRow } from './every-row.ts';
export { freshDatabase, type DatabaseContent, type FreshDatabase, type Migrate } from './fresh-database.ts';
export { killAt } from './kill-at.ts';
export { inLongForm } from './long-form.ts';
export { memoryDisk, type MemoryDisk } from './memory-disk.ts';
export { namespace } from './namespace.ts';
export { ownServers, ownServersOverTls, type OwnServers } from './own-servers.ts';
export { TimeServer, type Telling } from './time-server.ts';
export { eicar, eicarName, VirusScanner } from './virus-scanner.ts';
export { twoAuthorities, type TwoAuthorities } from './two-authorities.ts';
export { PasswordChecksStandIn } from './password-checks-stand-in.ts';
export type { AskedPassword } from './password-checks-stand-in.ts';
export {
  allPublished,
  decideToGoOn,
  publishedTypes,
  type RestoreState,
  restoreState,
  untilWentBack,
} from './put-back.ts';
export { ServiceStage, type DescribeService } from './service-stage.ts';
export type { ToldFact } from './told-facts.ts';
export { prepareFor } from './prepare-for.ts';
export { brokerSettings, brokersOfRun, servers, type TestServers } from './servers.ts';
export { SpokenDirectory } from './spoken-directory.ts';
export { Voices } from './voices.ts';
export { addKeyPair, operatorToken, secretsFolder, serviceToken } from './spec-secrets.ts';
export type { Answer, StageRequest } from './stage-request.ts';
export {
  bareKafka,
  deleteTopics,
  produceBare,
  recordsOf,
  type BareRecord,
  type FoundRecord,
  type TopicPlace,
} from './topic-records.ts';
