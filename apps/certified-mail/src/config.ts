import { portNumber, readConfig, serviceConfig } from '@recapito/platform';
import { z } from 'zod';

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** The settings of certified-mail, beside those that every service has. */
export const certifiedMailConfig = serviceConfig.extend({
  /** Letters and digits that name this installation in the ids of its messages. */
  node: z
    .string()
    .regex(/^[a-z0-9]{1,16}$/)
    .default('pec1'),
  /** The list of public bodies, a file of the programmes' folder `pa-index`. */
  paIndex: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('2010'),
  /** Where Dovecot takes deliveries. */
  lmtpHost: z.string().min(1).default('127.0.0.1'),
  lmtpPort: portNumber,
  /** Connections kept open to it, and so messages delivered at a time. */
  lmtpConnections: count(1, 64).default(4),
  /** The largest body that a submission may have; beyond it there is no notice, only the refusal. */
  submissionBytes: count(1_024, 256 * 1_048_576).default(40 * 1_048_576),
});

export type CertifiedMailConfig = z.output<typeof certifiedMailConfig>;

/** Reads this process's environment; ends it with exit code 2 and every fault when something is missing. */
export function configOfProcess(): CertifiedMailConfig {
  return readConfig(certifiedMailConfig, process.env);
}
