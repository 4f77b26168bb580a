import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Roles } from './roles.ts';

let programmes: string;

beforeEach(() => {
  programmes = mkdtempSync(join(tmpdir(), 'recapito-roles-'));
});

afterEach(() => rmSync(programmes, { recursive: true }));

const role = (name: string, permissions: object) => ({ role: name, words: { it: 'Ruolo', en: 'Role' }, permissions });

function rolesOf(content: unknown): Roles {
  writeFileSync(join(programmes, 'roles.json'), JSON.stringify(content));
  return Roles.read(programmes);
}

// @rule ROLES-DATA
describe('roles.json', () => {
  const roles = () =>
    rolesOf({
      roles: [
        role('operator', { mailbox: ['list-mailboxes'], identity: ['lift-block'] }),
        role('auditor', { mailbox: ['read-calendars', 'list-mailboxes'] }),
      ],
    });

  test('says what somebody with some roles may do at a service', () => {
    expect(roles().permissionsOf(['operator', 'auditor'], 'mailbox')).toEqual(['list-mailboxes', 'read-calendars']);
    expect(roles().permissionsOf(['auditor'], 'identity')).toEqual([]);
    expect(roles().permissionsOf(['gone'], 'mailbox')).toEqual([]);
    expect(roles().withPermission('identity', 'lift-block')).toEqual(['operator']);
    expect([...roles().names]).toEqual(['operator', 'auditor']);
  });

  test.each([
    ['no roles', { roles: [] }, 'roles'],
    ['a role twice', { roles: [role('auditor', {}), role('auditor', {})] }, 'names a role twice'],
    ['a name that is none', { roles: [role('Auditor', {})] }, 'is no name of a role'],
    ['a permission that is none', { roles: [role('auditor', { mailbox: ['read'] })] }, 'is not a verb and a noun'],
    ['words in one language', { roles: [{ ...role('auditor', {}), words: { it: 'Revisore' } }] }, 'roles[0].words.en'],
    ['a member that nobody reads', { roles: [{ ...role('auditor', {}), may: [] }] }, 'may'],
  ])('with %s is refused, with the file and the place', (_, content, words) => {
    expect(() => rolesOf(content)).toThrow(join(programmes, 'roles.json'));
    expect(() => rolesOf(content)).toThrow(words);
  });

  test('is held against what services ask of operators', () => {
    const known = { mailbox: ['list-mailboxes', 'read-calendars'], identity: ['lift-block'] };
    expect(() => roles().check(known)).not.toThrow();
    expect(() => roles().check({ mailbox: ['list-mailboxes'] }, ['mailbox', 'identity'])).toThrow(
      'auditor: "read-calendars" is no permission of operators at mailbox',
    );
    expect(() => roles().check({ mailbox: known.mailbox })).toThrow('operator: there is no service "identity"');
  });
});
