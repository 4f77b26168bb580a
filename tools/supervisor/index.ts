export { newRun } from './run-folders.ts';
export { type Form, programOf, wordsToRun } from './program.ts';
export { type ServiceDefinition } from './service.ts';
export { Supervisor, type SupervisorOptions } from './supervisor.ts';
