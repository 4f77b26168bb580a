import { describe, expect, test } from '@jest/globals';
import { servicesRunning } from './changed-services.ts';

describe('a change', () => {
  test('of a service’s source is its own affair', () => {
    expect(servicesRunning('apps/certified-mail/src/domain/box.ts')).toEqual(['certified-mail']);
    expect(servicesRunning('apps/mailbox/src/dovecot/gate.lua')).toEqual(['mailbox']);
  });

  test('of a library’s source is everybody’s', () => {
    expect(servicesRunning('libs/primitives/src/instant.ts')).toEqual([
      'identity',
      'mailbox',
      'certified-mail',
      'migration',
      'notification',
      'audit-log',
    ]);
  });

  test.each([
    'apps/identity/src/domain/lock.spec.ts',
    'apps/identity/src/persistence/generated/client.ts',
    'apps/identity/test/stage.ts',
    'apps/identity/README.md',
    'libs/messaging/test/scene.ts',
    'tools/dev/main.ts',
    'apps/unknown/src/main.ts',
  ])('of %s is nobody’s', (path) => {
    expect(servicesRunning(path)).toEqual([]);
  });
});
