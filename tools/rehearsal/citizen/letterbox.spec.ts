import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { arrivedFor, pinFrom } from './letterbox.ts';

const captured = mkdtempSync(join(tmpdir(), 'recapito-captured-'));
afterAll(() => rmSync(captured, { recursive: true }));

function arrives(channel: string, person: string, name: string, text: string): void {
  mkdirSync(join(captured, channel, person), { recursive: true });
  writeFileSync(join(captured, channel, person, name), text);
}

test('a person reads what came to them on any channel, and nothing that came to others', () => {
  arrives('sms', 'RSSMRA80A01H501U', '1.txt', 'Prima metà del PIN: AbCd1234');
  arrives('posta', 'RSSMRA80A01H501U', '1.txt', 'Gentile titolare,\n\nSeconda metà del PIN: EfGh5678\n');
  arrives('posta', 'RSSMRA80A01H501U', '1.json', '{}');
  arrives('sms', 'BNCNNA85T71F205P', '1.txt', 'Prima metà del PIN: ZzZzZzZz');
  const letters = arrivedFor(captured, 'RSSMRA80A01H501U');
  expect(letters).toHaveLength(2);
  expect(pinFrom(letters)).toBe('AbCd1234EfGh5678');
});

test('nobody puts a PIN together from one half', () => {
  expect(() => pinFrom(arrivedFor(captured, 'BNCNNA85T71F205P'))).toThrow('the PIN has not come whole');
  expect(arrivedFor(captured, 'VRDGLI90E43Z112U')).toEqual([]);
});
