import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { edit, editLine, lineWith, otherFirstByte, TraceRoom } from './test/trace-room.ts';

let room: TraceRoom;
beforeAll(async () => {
  room = await TraceRoom.open();
});
afterAll(() => room.close());

const nextDigit = (value: string): string => String(Number(value) + 1);

describe('an entry that was touched is named', () => {
  test.each<[string, number, (line: string) => string]>([
    ['salt', 0, lineWith('salt', otherFirstByte)],
    ['topic', 17, lineWith('topic', (topic) => topic.replace('v1', 'v2'))],
    ['partition', 199, lineWith('partition', nextDigit)],
    ['partition by 2^32', 199, lineWith('partition', (value) => String(Number(value) + 2 ** 32))],
    ['offset', 200, lineWith('offset', nextDigit)],
    ['key', 255, lineWith('key', otherFirstByte)],
    ['absent key', 7, lineWith('key', () => '""')],
    ['header', 256, (line) => line.replace(/(?<="ce_id",")./, (first) => (first === 'a' ? 'b' : 'a'))],
    ['name of a header', 300, (line) => line.replace('ce_id', 'ce_iD')],
    ['order of the headers', 301, (line) => line.replace(/\[(\[.*?\]),(\[.*?\])\]/, '[$2,$1]')],
    ['value', 599, lineWith('value', otherFirstByte)],
    ['absent value', 11, lineWith('value', () => '"AA=="')],
    ['index', 42, lineWith('index', () => '43')],
    [
      'spare bits of the base64',
      42,
      lineWith('salt', (salt) => salt.replace(/.(?===")/, (last) => String.fromCharCode(last.charCodeAt(0) + 1))),
    ],
  ])('by its changed %s', async (_, index, change) => {
    const { exit, out } = await room.afterChange(editLine(index, change));
    expect(out).toContain(`Entry ${index} does not fit`);
    expect(exit).toBe(1);
  });

  test.each<[string, number, (line: string) => string]>([
    ['a space inside it', 5, (line) => line.replace(',', ', ')],
    ['a carriage return at its end', 6, (line) => `${line}\r`],
    ['another order of its fields', 7, (line) => line.replace(/("topic":"[^"]*"),("partition":\d+)/, '$2,$1')],
    ['a field more', 8, (line) => line.replace(/}$/, ',"nota":"x"}')],
    ['the same field twice', 9, (line) => line.replace('{', '{"index":9,')],
    ['an escape where none is due', 10, (line) => line.replace('ce_id', '\\u0063e_id')],
    ['a number written otherwise', 13, (line) => line.replace('"offset":1,', '"offset":1.0,')],
    ['a byte that is no UTF-8', 14, (line) => line.replace('ce_id', 'ce_\xff')],
    ['a lone surrogate', 15, (line) => line.replace('ce_id', '\\ud800')],
    ['no JSON', 16, () => 'nonsense'],
    ['nothing', 17, () => ''],
  ])('by a line with %s', async (_, index, change) => {
    const { exit, out } = await room.afterChange(editLine(index, change));
    expect(out).toContain(`Entry ${index} does not fit: its line is not written`);
    expect(exit).toBe(1);
  });
});

describe('entries that were added, dropped or moved', () => {
  test('two lines that changed places are named by the first', async () => {
    const { exit, out } = await room.afterChange((folder) =>
      edit(join(folder, 'entries/2010-08-02.ndjson'), (content) =>
        content.replace(/^((?:.*\n){20})(.*\n)(.*\n)/, '$1$3$2'),
      ),
    );
    expect(out).toContain('Entry 20 does not fit: entry 21 stands in its place');
    expect(exit).toBe(1);
  });

  test('a line that is missing in the middle is named', async () => {
    const { exit, out } = await room.afterChange((folder) =>
      edit(join(folder, 'entries/2010-08-03.ndjson'), (content) => content.replace(/^((?:.*\n){50}).*\n/, '$1')),
    );
    expect(out).toContain('Entry 250 does not fit: entry 251 stands in its place');
    expect(exit).toBe(1);
  });

  test('a line that is missing at the end is named', async () => {
    const { exit, out } = await room.afterChange((folder) =>
      edit(join(folder, 'entries/2010-09-15.ndjson'), (content) => content.replace(/.*\n$/, '')),
    );
    expect(out).toContain('Entry 599 is missing');
    expect(exit).toBe(1);
  });

  test('a line more than was signed is named', async () => {
    const { exit, out } = await room.afterChange((folder) =>
      edit(
        join(folder, 'entries/2010-09-15.ndjson'),
        (content) => content + content.replace(/^(?:.*\n)*(?=.*\n$)/, ''),
      ),
    );
    expect(out).toContain('Entry 600 was added');
    expect(exit).toBe(1);
  });

  test('a newline at the end of a day is an entry that does not fit', async () => {
    const { exit, out } = await room.afterChange((folder) =>
      edit(join(folder, 'entries/2010-08-02.ndjson'), (content) => `${content}\n`),
    );
    expect(out).toContain('Entry 200 does not fit');
    expect(exit).toBe(1);
  });

  test('a newline at the end of the last day is an entry too many', async () => {
    const { exit, out } = await room.afterChange((folder) =>
      edit(join(folder, 'entries/2010-09-15.ndjson'), (content) => `${content}\n`),
    );
    expect(out).toContain('Entry 600 was added');
    expect(exit).toBe(1);
  });

  test('a file cut short is named by the entry it was cut in', async () => {
    const { exit, out } = await room.afterChange((folder) => truncate(join(folder, 'entries/2010-09-15.ndjson'), 700));
    expect(out).toMatch(/Entry 40\d does not fit/);
    expect(exit).toBe(1);
  });

  test('a last line without its newline does not fit', async () => {
    const { exit, out } = await room.afterChange((folder) =>
      edit(join(folder, 'entries/2010-09-15.ndjson'), (content) => content.slice(0, -1)),
    );
    expect(out).toContain('Entry 599 does not fit');
    expect(exit).toBe(1);
  });

  test('an entry filed under the next day does not fit there', async () => {
    const { exit, out } = await room.afterChange(async (folder) => {
      const [first, second] = ['2010-08-02', '2010-08-03'].map((day) => join(folder, `entries/${day}.ndjson`));
      const lines = (await readFile(first ?? '', 'latin1')).split(/(?<=\n)/);
      const last = lines.pop() ?? '';
      await writeFile(first ?? '', lines.join(''), 'latin1');
      await edit(second ?? '', (content) => last + content);
    });
    expect(out).toContain('Entry 199 does not fit: its content and its hash');
    expect(exit).toBe(1);
  });

  test('a day under another date does not fit', async () => {
    const { exit, out } = await room.afterChange((folder) =>
      rename(join(folder, 'entries/2010-08-03.ndjson'), join(folder, 'entries/2010-08-04.ndjson')),
    );
    expect(out).toContain('Entry 200 does not fit');
    expect(exit).toBe(1);
  });

  test('a day that is gone is named by the first entry it held', async () => {
    const { exit, out } = await room.afterChange((folder) => rm(join(folder, 'entries/2010-08-03.ndjson')));
    expect(out).toContain('Entry 200 does not fit: entry 400 stands in its place');
    expect(exit).toBe(1);
  });
});
