import { randomBytes } from 'node:crypto';

/** A prefix for topics, groups and queues that no other spec file has; `RECAPITO_NAMESPACE` of the services it starts. */
export function namespace(): string {
  return `t${randomBytes(5).toString('hex')}-`;
}
