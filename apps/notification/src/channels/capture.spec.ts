import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CaptureChannels } from './capture.ts';
import type { CourtesyMessage } from './channels.ts';

const letter: CourtesyMessage = {
  id: '0195c7a0-0000-8000-8000-000000000001',
  channel: 'posta',
  codiceFiscale: 'RSSMRA80A01H501U',
  contact: 'Via dei Glicini 3, Roma',
  text: 'Seconda metà del PIN: 12345678\n',
};

function captured(): { folder: string; channels: CaptureChannels } {
  const folder = mkdtempSync(join(tmpdir(), 'notification-'));
  return { folder, channels: new CaptureChannels(folder) };
}

// @rule PIN-CAPTURED
describe('the channels of a rehearsal', () => {
  test('write a letter into its reader’s own folder, for its owner’s eyes alone', async () => {
    const { folder, channels } = captured();
    await channels.send(letter);
    const own = join(folder, 'captured', 'posta', 'RSSMRA80A01H501U');
    const file = join(own, '0195c7a0-0000-8000-8000-000000000001.txt');
    expect(readFileSync(file, 'utf8')).toBe('Via dei Glicini 3, Roma\n\nSeconda metà del PIN: 12345678\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(own).mode & 0o777).toBe(0o700);
  });

  test('write it once, however often and from however many sides it is sent', async () => {
    const { folder, channels } = captured();
    await Promise.all([channels.send(letter), channels.send(letter), channels.send(letter)]);
    await channels.send(letter);
    expect(readdirSync(join(folder, 'captured', 'posta', 'RSSMRA80A01H501U'))).toEqual([`${letter.id}.txt`]);
  });

  test.each(['../RSSMRA80A01H501U', 'rssmra80a01h501u', '', 'RSSMRA80A01H501U/x'])(
    'write nothing for %p, which names nobody’s folder',
    async (codiceFiscale) => {
      const { folder, channels } = captured();
      await expect(channels.send({ ...letter, codiceFiscale })).rejects.toThrow('nobody');
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});
