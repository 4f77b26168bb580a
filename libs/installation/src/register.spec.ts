import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Operators } from '@recapito/platform';
import { addOperator, readRegister, removeOperator } from './register.ts';

let secrets: string;

beforeEach(() => {
  secrets = mkdtempSync(join(tmpdir(), 'recapito-operators-'));
});

afterEach(() => rmSync(secrets, { recursive: true }));

const grants = { operator: ['read-holds', 'release-sending'] };

function operators(): Operators {
  return new Operators({ secrets }, grants);
}

describe('the register of operators', () => {
  // @rule AUTH-OPERATORS
  test('gives each name a token that services believe, and keeps only its hash', async () => {
    const maria = addOperator(secrets, 'maria.bianchi', undefined);
    const luca = addOperator(secrets, 'luca.neri', ['read-holds', 'sweep-floors']);
    const known = operators();
    expect(await known.verify(maria)).toEqual({
      kind: 'operator',
      name: 'maria.bianchi',
      permissions: ['read-holds', 'release-sending'],
    });
    expect(await known.verify(luca)).toEqual({ kind: 'operator', name: 'luca.neri', permissions: ['read-holds'] });
    const kept = readFileSync(join(secrets, 'operators.json'), 'utf8');
    expect(kept).not.toContain(maria);
    expect(statSync(join(secrets, 'operators.json')).mode & 0o777).toBe(0o600);
  });

  // @rule AUTH-OPERATORS
  test('who is taken out may do nothing from then on, in a service that runs', async () => {
    const token = addOperator(secrets, 'maria.bianchi', undefined);
    const known = operators();
    expect(known.permissionsOf('maria.bianchi')).toHaveLength(2);
    removeOperator(secrets, 'maria.bianchi');
    expect(await known.verify(token)).toBeUndefined();
    expect(known.permissionsOf('maria.bianchi')).toEqual([]);
    expect(readRegister(secrets)).toEqual([]);
  });

  // @rule OPERATOR-NAME
  test.each(['mailbox', 'dovecot', 'preparations', 'programme', 'operator', 'a5d3f8a1-5d3f-8a11-9c2d-7f0e6a5b4c3d'])(
    'takes no name under which a part of the suite or a holder acts: %s',
    (name) => {
      expect(() => addOperator(secrets, name, undefined)).toThrow(/no person acts under it/);
      const sha256 = '0'.repeat(64);
      writeFileSync(join(secrets, 'operators.json'), JSON.stringify([{ name, sha256 }]), { mode: 0o600 });
      expect(() => operators()).toThrow(/no person acts under it/);
    },
  );

  test('a token that is nobody’s, or of another form, proves nobody', async () => {
    addOperator(secrets, 'maria.bianchi', undefined);
    const known = operators();
    expect(await known.verify(`operator-${'A'.repeat(43)}`)).toBeUndefined();
    expect(await known.verify('operator')).toBeUndefined();
  });

  test.each([['Maria'], ['maria bianchi'], ['operator'], ['']])('"%s" is refused as a name', (name) => {
    expect(() => addOperator(secrets, name, undefined)).toThrow(`"${name}" is`);
    expect(readRegister(secrets)).toEqual([]);
  });

  test('a name is given once, and taken out once', () => {
    addOperator(secrets, 'maria.bianchi', undefined);
    expect(() => addOperator(secrets, 'maria.bianchi', undefined)).toThrow('maria.bianchi is in the register');
    expect(() => removeOperator(secrets, 'luca.neri')).toThrow('luca.neri is not in the register');
  });

  test('a service does not start with a register that is none, nor with one that others may read', () => {
    writeFileSync(join(secrets, 'operators.json'), '[{"name":"maria"}]', { mode: 0o600 });
    expect(() => operators()).toThrow('operators.json');
    rmSync(join(secrets, 'operators.json'));
    writeFileSync(join(secrets, 'operators.json'), '[]', { mode: 0o644 });
    expect(() => operators()).toThrow('operators.json has mode 644');
  });

  test('whoever has the token of a rehearsal is its operator', async () => {
    writeFileSync(join(secrets, 'operator.token'), 'of-the-rehearsal\n', { mode: 0o600 });
    const known = operators();
    expect(await known.verify('of-the-rehearsal')).toEqual({
      kind: 'operator',
      name: 'operator',
      permissions: ['read-holds', 'release-sending'],
    });
  });
});
