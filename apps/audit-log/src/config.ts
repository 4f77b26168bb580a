import { readConfig, serviceConfig } from '@recapito/platform';
import { z } from 'zod';

/** The name of the log in a rehearsal. */
export const rehearsedOrigin = 'recapito.example/trace';

/** The settings of audit-log, beside those that every service has. */
export const auditLogConfig = serviceConfig.extend({
  /**
   * The name of the log, in every checkpoint and in its key: a domain of the provider and a path, no scheme. That of a
   * rehearsal when left out.
   */
  traceOrigin: z
    .string()
    .regex(/^[^\s+]+$/)
    .optional(),
  /**
   * The file in which the newest published checkpoint is kept, outside the database. Left out: `newest-checkpoint` in the
   * service's folder. Processes of one installation share it.
   */
  checkpointFile: z.string().min(1).optional(),
});

export type AuditLogConfig = z.output<typeof auditLogConfig>;

/** Reads this process's environment; ends it with exit code 2 and every fault when something is missing. */
export function configOfProcess(): AuditLogConfig {
  return readConfig(auditLogConfig, process.env);
}
