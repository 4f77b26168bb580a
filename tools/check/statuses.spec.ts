import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { statusesThatDiffer } from './statuses.ts';

const post = 'apps/post/src/http/problem.ts';
const bank = 'apps/bank/src/http/problem.ts';

function faultsIn(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'statuses-'));
  for (const [path, code] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), code);
  }
  return statusesThatDiffer(root, Object.keys(files));
}

function tableOf(status: number, code = 'parcel/unknown'): string {
  return `export function statusOf(code: Refusal['refused']): number {
  switch (code) {
    case 'parcel/lost':
      return 410;
    case '${code}':
    case 'parcel/late':
      return ${status};
  }
}`;
}

describe('a refusal has one HTTP status', () => {
  test('the same in two apps is no fault', () => {
    expect(faultsIn({ [post]: tableOf(404), [bank]: tableOf(404) })).toEqual([]);
  });

  test('another in a second app is one, for each code', () => {
    expect(faultsIn({ [post]: tableOf(404), [bank]: tableOf(409, 'parcel/opened') })).toEqual([
      `parcel/late is 404 in ${post}, 409 in ${bank}`,
    ]);
  });

  test('a default leaves a refusal without a status of its own', () => {
    expect(faultsIn({ [post]: 'switch (code) {\n    default:\n      return 409;\n  }' })).toEqual([
      `${post}:2 is not exhaustive: default:`,
    ]);
  });

  test('so does a function that takes any text', () => {
    const line = 'export function statusOf(code: string): number {';
    expect(faultsIn({ [post]: line })).toEqual([`${post}:1 is not exhaustive: ${line}`]);
  });

  test('a controller writes none', () => {
    const controller = 'apps/post/src/http/parcels.controller.ts';
    const line = 'return answer(found ?? unknownParcel(), () => 404);';
    expect(faultsIn({ [controller]: line })).toEqual([`${controller}:1 writes a status: ${line}`]);
  });
});
