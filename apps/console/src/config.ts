import { readConfig, serviceUrl, statelessConfig } from '@recapito/platform';
import { z } from 'zod';

/** Addresses of services by name, as `identity=http://127.0.0.1:4001,mailbox=http://127.0.0.1:4002`. */
const addresses = z
  .string()
  .transform((list) => Object.fromEntries(list.split(',').filter(Boolean).map(nameAndAddress)))
  .pipe(z.record(z.string().regex(/^[a-z][a-z-]*$/), serviceUrl));

const seconds = z.coerce
  .number()
  .int()
  .min(1)
  .max(24 * 3_600);

/** The settings of the console, beside those that every service has. It owns no database. */
export const consoleConfig = statelessConfig.extend({
  /** The folder of the React application as `npm run build` leaves it: `index.html` and `assets/`. */
  web: z.string().min(1),
  /**
   * The services whose health is shown, and where each answers `/health/ready`, as
   * `identity=http://127.0.0.1:4101,mailbox=http://127.0.0.1:4102`.
   */
  watched: addresses.default({}),
  /** Where each service answers on behalf of whoever has signed in, as `identity=http://127.0.0.1:4001,...`. */
  services: addresses.default({}),
  /** Where people reach the console, without a slash at the end: identity sends them back there. */
  consoleUrl: serviceUrl.refine((url) => !url.endsWith('/'), 'ends with a slash'),
  /** Who signs people in: the public address of identity and `/oidc`. */
  oidcIssuer: serviceUrl,
  /** A session in which nobody asks for anything for as long is over. */
  sessionIdleSeconds: seconds.default(30 * 60),
  /** A session is over after that in any case. */
  sessionLongestSeconds: seconds.default(8 * 3_600),
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
