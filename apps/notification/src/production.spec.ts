import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { NoChannels } from './channels/channels.ts';
import { lackingIn } from './production.ts';
import { Texts } from './programme/texts.ts';

const programmes = join(import.meta.dirname, '..', '..', '..', 'programmes');

// @rule CHANNELS-PRODUCTION
test('production lacks adapters as long as a programme has something to tell people', () => {
  expect(lackingIn({ programmes })).toEqual([
    expect.stringMatching(/inps-2010 go out by sms, email, posta and sportello/),
  ]);
});

// @rule CHANNELS-PRODUCTION
test('production with a programme without texts lacks nothing, and tells nobody anything', async () => {
  const silent = mkdtempSync(join(tmpdir(), 'recapito-programmes-'));
  cpSync(programmes, silent, { recursive: true, filter: (path) => !path.endsWith('/texts') });
  expect(lackingIn({ programmes: silent })).toEqual([]);
  expect(new Texts(silent, 'inps-2010').of('inps-2010')).toBeUndefined();
  rmSync(silent, { recursive: true });
  const letter = { id: '1', channel: 'posta', codiceFiscale: 'RSSMRA80A01H501U', contact: '', text: '' } as const;
  await expect(new NoChannels().send(letter)).rejects.toThrow('posta: no adapter is installed');
});
