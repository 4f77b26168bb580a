import { describe, expect, test } from '@jest/globals';
import { der } from './der.ts';
import { octetsOf, readValues } from './der-reader.ts';

const octetString = 0x04;
const inPieces = 0x24;

describe('the octets of a string', () => {
  test('are those of its pieces', () => {
    const pieces = der(
      inPieces,
      der(octetString, Buffer.from('po')),
      der(inPieces, der(octetString, Buffer.from('st'))),
    );
    const [value] = readValues(pieces) ?? [];
    expect(value && octetsOf(value).toString()).toBe('post');
  });

  test('are none when pieces lie in pieces deeper than anybody puts them, however deep', () => {
    let nested = der(octetString, Buffer.from('x'));
    for (let depth = 0; depth < 10_000; depth++) nested = der(inPieces, nested);
    const [value] = readValues(nested) ?? [];
    expect(value && octetsOf(value).length).toBe(0);
  });
});
