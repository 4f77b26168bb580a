import { join } from 'node:path';
import { readConfig, serviceConfig, serviceUrl } from '@recapito/platform';
import { z } from 'zod';

/** What mailbox needs beyond what every service needs. */
export const mailboxConfig = serviceConfig.extend({
  /** The programme whose provisioning runs execute the switches. */
  programme: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('inps-2010'),
  /** Who looks at passwords. */
  identityUrl: serviceUrl,
  /** The mail store that this service shares with its Dovecot; `store` below the service's folder when left out. */
  store: z.string().min(1).optional(),
  /** Dovecot's administration door, on the loopback. */
  doveadmUrl: serviceUrl.default('http://127.0.0.1:4996'),
});

export type MailboxConfig = z.output<typeof mailboxConfig>;

/** Where the mail store lies. */
export function storeOf({ store, folder }: Pick<MailboxConfig, 'store' | 'folder'>): string {
  return store ?? join(folder, 'store');
}

/** Reads this process's environment; ends it with exit code 2 and every fault when something is missing. */
export function configOfProcess(): MailboxConfig {
  return readConfig(mailboxConfig, process.env);
}
