export { newRun } from './run-folders.ts';
export { entryOf, type ServiceDefinition } from './service.ts';
export { Supervisor, type SupervisorOptions } from './supervisor.ts';
