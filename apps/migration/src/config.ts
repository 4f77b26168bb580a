import { readConfig, serviceConfig } from '@recapito/platform';
import type { ServiceConfig } from '@recapito/platform';

/** Reads this process's environment; ends it with exit code 2 and every fault when something is missing. */
export function configOfProcess(): ServiceConfig {
  return readConfig(serviceConfig, process.env);
}
