import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { logLinesWithoutEvent } from './log-events.ts';

const file = 'apps/mailbox/src/jobs/post.ts';

function faultsIn(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'log-events-'));
  for (const [path, code] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), code);
  }
  return logLinesWithoutEvent(root, Object.keys(files));
}

describe('a log line has a stable event code', () => {
  test.each([
    ['fields and words', "logger.warn({ event: 'parcel-lost', id }, 'a parcel was lost');"],
    ['words among the fields', "this.#logger.error({ event: 'parcel-lost', message: 'a parcel was lost' });"],
    ['fields that were built before', "const said = { event: 'parcel-lost', id };\nlogger.info({ ...said, n }, 'a');"],
    ['one of two codes', "logger.info({ event: ok ? 'parcel-found' : 'parcel-lost' }, 'a parcel');"],
    ['what is no logger', "console.error('a parcel was lost'); Math.log(2);"],
  ])('%s: no fault', (_, code) => {
    expect(faultsIn({ [file]: code })).toEqual([]);
  });

  test.each([
    ['words alone', "logger.warn('a parcel was lost');"],
    ['fields without a code', "this.#logger.error({ err: error, message: 'a parcel was lost' });"],
    ['a code that is no code', "logger.warn({ event: 'A parcel!' }, 'a parcel was lost');"],
  ])('%s: a fault', (_, code) => {
    const [text = ''] = code.split(';');
    expect(faultsIn({ [file]: code })).toEqual([`${file}:1 has no event: ${text}`]);
  });

  test('two files do not share one', () => {
    const other = 'libs/platform/src/post.ts';
    const code = "logger.warn({ event: 'parcel-lost' }, 'a parcel was lost');";
    expect(faultsIn({ [file]: code, [other]: code })).toEqual([`parcel-lost is the event of ${file}:1 and ${other}:1`]);
  });
});
