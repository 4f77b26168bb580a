import type { PrismaClientLike } from '@recapito/database';
import { describeHttp } from './describe-http.ts';
import { serviceLogger } from './observability/logger.ts';
import type { Service } from './service.ts';
import { start } from './start.ts';

/**
 * Runs a service as this process: starts it, stops it in order on SIGTERM and SIGINT, and ends the process with a line
 * in the log when something escapes every handler: a process in a state that nobody foresaw must not go on.
 * With `--contract` it prints its OpenAPI document instead and starts nothing.
 * Exit codes: 0 stopped in order, 1 could not start, was out of time, or met an error nobody handled.
 */
export async function boot<Client extends PrismaClientLike>(service: Service<Client>): Promise<void> {
  if (process.argv.includes('--contract')) {
    process.stdout.write(JSON.stringify(await describeHttp(service)));
    return;
  }
  // What a service writes is nobody else's to read, unless the code says so. @rule FILES-OWN
  process.umask(0o077);
  const logger = serviceLogger(service.name, service.config.logLevel);
  const end = (error: unknown, words: string) => {
    logger.fatal({ event: 'boot-failed', err: error }, words);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => end(error, 'an error escaped every handler'));
  process.on('unhandledRejection', (error) => end(error, 'a promise was rejected and nobody looked'));
  try {
    const running = await start(service);
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        void running.stop().then((inTime) => process.exit(inTime ? 0 : 1));
      });
    await running.ready;
  } catch (error) {
    end(error, 'the service cannot start');
  }
}
