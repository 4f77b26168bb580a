import { describe, expect, test } from '@jest/globals';
import { type AccessRule, accessRules } from './broker-access.ts';

const written = ({ user, operation, resource, name, pattern }: AccessRule) =>
  `${user} ${operation} ${resource} ${name}${pattern === 'prefixed' ? '*' : ''}`;
const production = accessRules('', 'production').map(written);
const rehearsal = accessRules('', 'rehearsal').map(written);
const about = (rules: readonly string[], name: string) => rules.filter((rule) => rule.endsWith(` ${name}`)).sort();

describe('what the broker allows', () => {
  test('the directory is written by mailbox, and read by it, by certified-mail and by the trace', () => {
    expect(about(production, 'topic mailbox.directory.v1')).toEqual([
      'audit-log read topic mailbox.directory.v1',
      'certified-mail read topic mailbox.directory.v1',
      'mailbox read topic mailbox.directory.v1',
      'mailbox write topic mailbox.directory.v1',
    ]);
  });

  test('checkpoints are the trace’s own', () => {
    expect(about(production, 'topic audit-log.checkpoints.v1')).toEqual([
      'audit-log read topic audit-log.checkpoints.v1',
      'audit-log write topic audit-log.checkpoints.v1',
    ]);
  });

  test('holders are written by identity and read by those who act on them', () => {
    expect(about(production, 'topic identity.holders.v1')).toEqual([
      'audit-log read topic identity.holders.v1',
      'identity read topic identity.holders.v1',
      'identity write topic identity.holders.v1',
      'migration read topic identity.holders.v1',
      'notification read topic identity.holders.v1',
    ]);
  });

  test('a group belongs to the service whose name it begins with', () => {
    const groups = production.filter((rule) => rule.startsWith('mailbox ') && rule.includes(' group '));
    expect(groups).toEqual([
      'mailbox read group mailbox',
      'mailbox read group mailbox.*',
      'mailbox read group mailbox-*',
    ]);
  });

  test('preparations alone creates, deletes and alters, and reads and writes nothing', () => {
    const users = (...operations: string[]) =>
      new Set(
        accessRules('', 'rehearsal')
          .filter(({ operation }) => operations.includes(operation))
          .map(({ user }) => user),
      );
    expect([...users('create', 'delete', 'alter', 'alter-configs')]).toEqual(['preparations']);
    expect(users('read', 'write')).not.toContain('preparations');
    expect(about(production, 'topic mailbox.*')).toContain('preparations create topic mailbox.*');
    expect(about(production, 'cluster kafka-cluster')).toEqual([
      'preparations alter cluster kafka-cluster',
      'preparations describe cluster kafka-cluster',
    ]);
  });

  test('operators see topics and groups, and no record', () => {
    const theirs = accessRules('', 'production').filter(({ user }) => user === 'operators');
    expect(new Set(theirs.map(({ operation }) => operation))).toEqual(new Set(['describe', 'describe-configs']));
  });

  test('the clock of a rehearsal is written by its driver; in production nobody writes or reads it', () => {
    expect(about(rehearsal, 'topic suite.clock.v1')).toEqual([
      'audit-log read topic suite.clock.v1',
      'certified-mail read topic suite.clock.v1',
      'console read topic suite.clock.v1',
      'identity read topic suite.clock.v1',
      'mailbox read topic suite.clock.v1',
      'migration read topic suite.clock.v1',
      'notification read topic suite.clock.v1',
      'rehearsal read topic suite.clock.v1',
      'rehearsal write topic suite.clock.v1',
    ]);
    expect(about(production, 'topic suite.clock.v1')).toEqual([]);
    expect(production.filter((rule) => rule.startsWith('rehearsal '))).toEqual([]);
  });

  test('several suites on one broker are kept apart by their namespaces', () => {
    const names = accessRules('prova-', 'production').map(({ name }) => name);
    expect(names.filter((name) => name !== 'kafka-cluster' && !name.startsWith('prova-'))).toEqual([]);
    expect(names).toContain('prova-mailbox.directory.v1');
    expect(names).toContain('prova-audit-log');
  });
});
