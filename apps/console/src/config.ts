import { readConfig, serviceUrl, statelessConfig } from '@recapito/platform';
import { z } from 'zod';

const managementAddresses = z.record(z.string().regex(/^[a-z][a-z-]*$/), serviceUrl);

/** The settings of the console, beside those that every service has. It owns no database. */
export const consoleConfig = statelessConfig.extend({
  /** The folder of the React application as `npm run build` leaves it: `index.html` and `assets/`. */
  web: z.string().min(1),
  /**
   * The services whose health is shown, and where each answers `/health/ready`, as
   * `identity=http://127.0.0.1:4101,mailbox=http://127.0.0.1:4102`.
   */
  watched: z
    .string()
    .default('')
    .transform((list) => Object.fromEntries(list.split(',').filter(Boolean).map(nameAndAddress)))
    .pipe(managementAddresses),
  /** The door of the driver of a rehearsal, which tells how far its run is. Left out where nobody drives. */
  rehearsalUrl: serviceUrl.optional(),
});

export type ConsoleConfig = z.output<typeof consoleConfig>;

/** Reads this process's environment; ends it with exit code 2 and every fault when something is missing. */
export function configOfProcess(): ConsoleConfig {
  return readConfig(consoleConfig, process.env);
}

function nameAndAddress(entry: string): [name: string, address: string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
}
