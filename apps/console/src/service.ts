import type { Service } from '@recapito/platform';
import { AppModule } from './app.module.ts';
import type { ConsoleConfig } from './config.ts';
import { addWebPlugins } from './http/web-plugins.ts';

/** The console, ready to be started. */
export function consoleService(config: ConsoleConfig): Service {
  return {
    name: 'console',
    config,
    module: AppModule.for(config),
    plugins: (fastify) => addWebPlugins(fastify, config),
    // In a rehearsal whoever reaches the port may watch: its people are invented. // CONSOLE-REHEARSAL-ONLY
    lacking: ['the console has no sign-in: its pages are for rehearsals, whose people are invented'],
  };
}
