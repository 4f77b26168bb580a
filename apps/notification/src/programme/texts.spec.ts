import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readTexts, Texts } from './texts.ts';

const shipped = new URL('../../../../programmes', import.meta.url).pathname;

/** A copy of the texts of 2010 in which one file was changed. */
function withFile(name: string, change: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'programmes-'));
  cpSync(join(shipped, 'inps-2010', 'texts'), join(folder, 'spring', 'texts'), { recursive: true });
  const file = join(folder, 'spring', 'texts', name);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  return folder;
}

describe('the texts of a programme', () => {
  test('of the move of 2010 name the address that announces and the one that welcomes', () => {
    const texts = readTexts(shipped).get('inps-2010');
    expect(texts?.announcement.from.address).toBe('pec.cittadini@inpspec.gov.it');
    expect(texts?.welcome.from.address).toBe('servizio@postacertificata.gov.it');
  });

  // @rule ANNOUNCEMENT-SAYS
  test('stop the start when one does not say what it must', () => {
    const folder = withFile('announcement.en.txt', (text) => text.replace('{{password}}', 'on request'));
    expect(() => readTexts(folder)).toThrow(
      /announcement\.en\.txt has the places lastDay, oldAddress, portal, userId instead of lastDay, oldAddress, password, portal, userId/,
    );
  });

  test('stop the start when one has a place that nothing fills', () => {
    const folder = withFile('welcome.it.txt', (text) => `${text}{{surprise}}`);
    expect(() => readTexts(folder)).toThrow(/welcome\.it\.txt has the places newAddress, oldAddress, portal, surprise/);
  });

  test('stop the start when two languages say the same', () => {
    const italian = readFileSync(join(shipped, 'inps-2010', 'texts', 'welcome.it.txt'), 'utf8');
    expect(() => readTexts(withFile('welcome.en.txt', () => italian))).toThrow('say the same');
  });

  test('stop the start when the sender is no address', () => {
    const folder = withFile('notification.json', (text) => text.replace('pec.cittadini@inpspec.gov.it', 'INPS'));
    expect(() => readTexts(folder)).toThrow(/notification\.json does not say[^]*announcement\.from\.address/);
  });

  test('stop the start when PINs are to be written in the name of a programme that has none', () => {
    expect(() => new Texts(shipped, 'cec-pac')).toThrow('cec-pac');
  });
});
