import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { unusedExports } from './unused-exports.ts';

const manifest = JSON.stringify({
  name: '@recapito/post',
  exports: { '.': { '@recapito/source': './src/index.ts' } },
});

/** A library of two files and its user, each as the test wants it. */
function faultsIn(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'exports-'));
  for (const [path, code] of Object.entries({ 'libs/post/package.json': manifest, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), code);
  }
  return unusedExports(root, Object.keys(files));
}

const parcel = 'export function weigh() {}\nexport const stamp = 1;\nexport interface Parcel {}';
const user = "import { weigh, stamp } from '@recapito/post';";

describe('what a library exports, somebody imports', () => {
  test('all that is offered is imported elsewhere', () => {
    expect(
      faultsIn({
        'libs/post/src/index.ts': "export * from './parcel.ts';",
        'libs/post/src/parcel.ts': parcel,
        'apps/office/src/main.ts': user,
      }),
    ).toEqual([]);
  });

  test('a name that is offered and imported nowhere is a fault, also when the library itself uses it', () => {
    expect(
      faultsIn({
        'libs/post/src/index.ts': "export { weigh, stamp } from './parcel.ts';",
        'libs/post/src/parcel.ts': parcel,
        'libs/post/src/letter.ts': "import { stamp } from './parcel.ts';",
        'apps/office/src/main.ts': "import { weigh } from '@recapito/post';",
      }),
    ).toEqual(['libs/post/src/index.ts offers stamp, which nobody imports']);
  });

  test('so is one that a file exports and no other file imports', () => {
    expect(
      faultsIn({
        'libs/post/src/index.ts': "export { weigh } from './parcel.ts';",
        'libs/post/src/parcel.ts': parcel,
        'apps/office/src/main.ts': "import { weigh } from '@recapito/post';",
      }),
    ).toEqual(['libs/post/src/parcel.ts exports stamp, which no other file imports']);
  });

  test('so is one of a service; what only its specs import counts as imported', () => {
    expect(
      faultsIn({
        'libs/post/src/index.ts': "export * from './parcel.ts';",
        'libs/post/src/parcel.ts': parcel,
        'apps/office/src/main.ts': user,
        'apps/office/src/desk.ts': 'export function open() {}\nexport const hours = 8;',
        'apps/office/src/desk.spec.ts': "import { hours } from './desk.ts';",
      }),
    ).toEqual(['apps/office/src/desk.ts exports open, which no other file imports']);
  });

  test('what is imported as a whole, or when it is needed, counts as imported', () => {
    const lib = { 'libs/post/src/index.ts': "export * from './parcel.ts';", 'libs/post/src/parcel.ts': parcel };
    expect(faultsIn({ ...lib, 'tools/a.ts': "import * as post from '@recapito/post';" })).toEqual([]);
    expect(faultsIn({ ...lib, 'tools/a.ts': "const post = await import('@recapito/post');" })).toEqual([]);
  });
});
