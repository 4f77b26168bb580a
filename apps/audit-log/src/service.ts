import type { Grants, Service } from '@recapito/platform';
import { AppModule } from './app.module.ts';
import type { AuditLogConfig } from './config.ts';
import { PrismaClient } from './persistence/generated/client.ts';

/** Who may do what here. No service reads the trace: it is for the operator, and through the operator for auditors. */
const grants: Grants = {
  operator: ['read-checkpoint', 'read-trace', 'list-readings', 'export-trace', 'open-generation', 'declare-log'],
};

/** The trace, ready to be started. */
export function auditLogService(config: AuditLogConfig): Service<PrismaClient> {
  return {
    name: 'audit-log',
    config,
    module: AppModule.for(config),
    database: { client: PrismaClient, migrations: new URL('../prisma/migrations', import.meta.url) },
    grants,
    lacking: lackingIn(config),
  };
}

/**
 * What audit-log lacks for production: whatever it signs bears the name of the log for ever.
 * @rule REHEARSAL-SETTINGS
 */
export function lackingIn({ traceOrigin }: Pick<AuditLogConfig, 'traceOrigin'>): string[] {
  return traceOrigin === undefined
    ? ['RECAPITO_TRACE_ORIGIN: the name of the log, a domain of the provider and a path, as pec.example/trace']
    : [];
}
