import { readConfig, serviceConfig, serviceUrl } from '@recapito/platform';
import { z } from 'zod';

/** The settings of notification, beside those that every service has. */
export const notificationConfig = serviceConfig.extend({
  identityUrl: serviceUrl,
  certifiedMailUrl: serviceUrl,
  /** The programme in whose texts PINs are written. */
  programme: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('inps-2010'),
});

export type NotificationConfig = z.output<typeof notificationConfig>;

/** Reads this process's environment; ends it with exit code 2 and every fault when something is missing. */
export function configOfProcess(): NotificationConfig {
  return readConfig(notificationConfig, process.env);
}
