import { describe, expect, test } from '@jest/globals';
import { serviceLogger } from './logger.ts';

/** What the service's logger writes for one call. */
function written(log: (logger: ReturnType<typeof serviceLogger>) => void): string {
  const lines: string[] = [];
  log(serviceLogger('identity', 'debug', { write: (line: string) => void lines.push(line) }));
  return lines.join('');
}

describe('a log line', () => {
  test('is one JSON object with service, level, time and sentence', () => {
    const line = JSON.parse(written((log) => log.info({ attempt: 3 }, 'tried again'))) as Record<string, unknown>;
    expect(line).toMatchObject({ service: 'identity', level: 'info', message: 'tried again', attempt: 3 });
    expect(line['time']).toMatch(/^\d{4}-\d{2}-\d{2}T.*Z$/);
  });

  test.each([
    'password',
    'newPassword',
    'firstAccessPassword',
    'pin',
    'pinHalf',
    'token',
    'authorization',
    'suiteSecret',
  ])('never shows the value of %s, at any depth', (name) => {
    const line = written((log) => log.info({ [name]: 'kpz-4711', body: { inner: [{ [name]: 'kpz-4711' }] } }, 'x'));
    expect(line).not.toContain('kpz-4711');
  });

  test.each(['codiceFiscale', 'codice_fiscale', 'email', 'cognome', 'surname', 'indirizzo'])(
    'never shows the personal value of %s',
    (name) => {
      expect(written((log) => log.info({ holder: { [name]: 'Bianchi' } }, 'x'))).not.toContain('Bianchi');
    },
  );

  test('quotes no codice fiscale, omocodia included, and no local part of an address, wherever they stand', () => {
    const error = new Error('duplicate key (RSSMRA80A01H501U), mario.rossi@postacertificata.gov.it');
    const line = written((log) => log.error({ err: error }, 'failed for rssmra80a01h5lmu'));
    expect(line).not.toMatch(/RSSMRA/i);
    expect(line).not.toContain('mario.rossi');
    expect(line).toContain('@postacertificata.gov.it');
  });

  test('quotes no credentials of a connection and no token', () => {
    const line = written((log) =>
      log.warn({}, 'postgres://identity:hunter2@db:5432/x said eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln'),
    );
    expect(line).not.toContain('hunter2');
    expect(line).not.toContain('eyJ');
    expect(line).toContain('@db:5432/x');
  });

  test.each([
    ['letters', 'a'],
    ['a name and no domain', 'a@'],
    ['a domain without an end', `a@${'a-'.repeat(20_000)}`],
    ['tokens without an end', 'eyJa-'],
  ])('costs what its length costs, also of %s', (_, piece) => {
    const text = piece.repeat(Math.ceil(40_000 / piece.length));
    const before = process.cpuUsage();
    written((log) => log.warn({}, text));
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(500);
  });

  test('keeps what tells nothing of anybody', () => {
    const line = written((log) => log.info({ holder: 'h-9f2c', count: 2, keys: ['a'] }, 'holder registered at 07:00'));
    expect(JSON.parse(line)).toMatchObject({
      holder: 'h-9f2c',
      count: 2,
      keys: ['a'],
      message: 'holder registered at 07:00',
    });
  });
});
