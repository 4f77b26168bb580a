import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { compileCalendar, decide } from '@recapito/capability';
import { isRefusal, parseInstant } from '@recapito/primitives';
import { readProgramme } from './read-programme.ts';

const shipped = new URL('../../../../programmes', import.meta.url).pathname;
const copies: string[] = [];

/** The shipped programmes with one file replaced. */
function withFile(file: string, content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'programmes-'));
  copies.push(folder);
  cpSync(shipped, folder, { recursive: true });
  writeFileSync(join(folder, file), JSON.stringify(content));
  return folder;
}

afterAll(() => copies.forEach((folder) => rmSync(folder, { recursive: true })));

describe('what mailbox reads of the programmes', () => {
  const programme = readProgramme(shipped, 'inps-2010');

  test('has the services of the move, and which domain belongs to which', () => {
    expect(programme.services.map(({ service }) => service)).toEqual(expect.arrayContaining(['cec-pac', 'inps-trial']));
    expect(programme.serviceOfDomain.get('inpspec.gov.it')).toBe('inps-trial');
    expect(programme.serviceOfDomain.get('postacertificata.gov.it')).toBe('cec-pac');
  });

  test('has another service once its calendar lies beside the others, and names a calendar that is none', () => {
    const like = JSON.parse(readFileSync(join(shipped, 'services', 'cec-pac.json'), 'utf8')) as object;
    const another = readProgramme(withFile('services/free-pec.json', { ...like, service: 'free-pec' }), 'inps-2010');
    const calendar = another.services.find(({ service }) => service === 'free-pec');
    if (calendar === undefined) throw new Error('the service is not there');
    const question = { calendar: compileCalendar(calendar), mailboxState: 'active', verb: 'receive' } as const;
    expect(isRefusal(decide({ ...question, party: 'pa', at: parseInstant('2012-01-10T10:00:00Z') }))).toBe(false);
    expect(isRefusal(decide({ ...question, party: 'pa', at: parseInstant('2009-01-10T10:00:00Z') }))).toBe(true);
    const folder = withFile('services/free-pec.json', { ...like, service: 'free-pec', circuit: 'any' });
    expect(() => readProgramme(folder, 'inps-2010')).toThrow(/free-pec\.json does not say[^]*circuit/);
  });

  test('provisions four times a day', () => {
    expect(programme.provisioning.runsAt).toEqual(['00:30', '06:30', '12:30', '18:30']);
  });

  test('has the boxes of the providers and of the bodies they host', () => {
    expect(programme.ownBoxes).toEqual(
      expect.arrayContaining([
        'ricevute@inpspec.gov.it',
        'pec.cittadini@inpspec.gov.it',
        'protocollo@pec.comune.borgovento.example',
      ]),
    );
  });

  test('ends the start when a time of day is none, and names the file', () => {
    const folder = withFile('inps-2010/provisioning.json', { service: 'cec-pac', runsAt: ['24:30'] });
    expect(() => readProgramme(folder, 'inps-2010')).toThrow(/provisioning\.json does not say[^]*hh:mm/);
  });

  test('ends the start when a provider has an address that is none', () => {
    const folder = withFile('providers/inps.json', { mailReceipt: 'nowhere', senders: [], bodies: [] });
    expect(() => readProgramme(folder, 'inps-2010')).toThrow(RangeError);
  });
});
