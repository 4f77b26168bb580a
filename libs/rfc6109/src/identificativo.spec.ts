import { describe, expect, test } from '@jest/globals';
import { parseInstant } from '@recapito/primitives';
import { identificativo } from './index.ts';

describe('the identificativo', () => {
  test('shows node, Rome’s time, serial number and the provider’s domain', () => {
    expect(identificativo('pec1', parseInstant('2014-07-14T07:30:15Z'), 4711n, 'posta.gestore.example')).toBe(
      'pec1.20140714093015.04711@posta.gestore.example',
    );
  });

  test('differs in the repeated hour of October by its serial number alone', () => {
    const first = identificativo('pec1', parseInstant('2014-10-26T00:30:00Z'), 1n, 'd.example');
    const second = identificativo('pec1', parseInstant('2014-10-26T01:30:00Z'), 2n, 'd.example');
    expect([first, second]).toEqual(['pec1.20141026023000.00001@d.example', 'pec1.20141026023000.00002@d.example']);
  });

  test('keeps every digit of a serial number longer than five', () => {
    expect(identificativo('pec1', parseInstant('2014-07-14T07:30:15Z'), 12345678901234n, 'd.example')).toBe(
      'pec1.20140714093015.12345678901234@d.example',
    );
  });

  test('is not made for a node whose name could break a header', () => {
    expect(() => identificativo('pec 1', parseInstant('2014-07-14T07:30:15Z'), 1n, 'd.example')).toThrow(RangeError);
  });
});
