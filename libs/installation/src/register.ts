import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operatorName, operatorRegister } from '@recapito/platform';
import type { RegisteredOperator } from '@recapito/platform';
import { z } from 'zod';
import { Refused } from './refused.ts';

const fileName = 'operators.json';

/** Who is in the register of a folder of secrets; nobody when there is none yet. @throws Refused when it is not a register. */
export function readRegister(secrets: string): readonly RegisteredOperator[] {
  if (!existsSync(secrets)) throw new Refused(`there is no folder ${secrets}`);
  const path = join(secrets, fileName);
  if (!existsSync(path)) return [];
  return checked(parsed(readFileSync(path, 'utf8'), path), path);
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refused(`${path} is not JSON: ${String(error)}`);
  }
}

/**
 * Puts somebody into the register. @returns the token, which is kept nowhere. @throws Refused when the name is no name,
 * or is there already.
 */
export function addOperator(secrets: string, name: string, may: readonly string[] | undefined): string {
  const known = readRegister(secrets);
  const naming = operatorName.safeParse(name);
  if (!naming.success) throw new Refused(`"${name}" ${naming.error.issues[0]?.message ?? ''}`);
  if (known.some((operator) => operator.name === name))
    throw new Refused(`${name} is in the register; take the name out first to give a new token`);
  const token = `operator-${randomBytes(32).toString('base64url')}`;
  const sha256 = createHash('sha256').update(token).digest('hex');
  writeRegister(secrets, [...known, { name, sha256, ...(may && { may: [...may] }) }]);
  return token;
}

/** Takes somebody out of the register: from now on the token opens nothing. @throws Refused when the name is not there. */
export function removeOperator(secrets: string, name: string): void {
  const known = readRegister(secrets);
  const left = known.filter((operator) => operator.name !== name);
  if (left.length === known.length) throw new Refused(`${name} is not in the register`);
  writeRegister(secrets, left);
}

/** Whole or not at all: services read it while they run. */
function writeRegister(secrets: string, operators: readonly RegisteredOperator[]): void {
  const path = join(secrets, fileName);
  const text = `${JSON.stringify(checked(operators, path), null, 2)}\n`;
  const unfinished = join(secrets, `.${fileName}.${randomBytes(4).toString('hex')}`);
  writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' });
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, path);
}

function checked(register: unknown, path: string): readonly RegisteredOperator[] {
  const reading = operatorRegister.safeParse(register);
  if (!reading.success) throw new Refused(`${path}: ${z.prettifyError(reading.error)}`);
  return reading.data;
}
