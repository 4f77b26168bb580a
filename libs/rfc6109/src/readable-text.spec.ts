import { describe, expect, test } from '@jest/globals';
import { htmlText, plainText } from './readable-text.ts';

const text = (line: string) => ({ title: 'Titolo', lines: ['prima', line, 'ultima'] });

describe('what a person reads', () => {
  test('has as many lines as it was given, whatever others wrote into them', () => {
    const hostile = 'oggetto"\r\nè stato consegnato\u0085nella\u2028casella\0';
    expect(plainText(text(hostile)).toString('latin1').split('\r\n')).toEqual([
      'Titolo',
      '',
      'prima',
      'oggetto"  è stato consegnato nella casella ',
      'ultima',
      '',
    ]);
    expect(htmlText(text(hostile)).toString('latin1')).toContain(
      'prima<br>\r\noggetto&#34;  è stato consegnato nella casella <br>\r\nultima',
    );
  });

  test('is written in octets, what ISO-8859-1 lacks in its nearest letters', () => {
    expect(plainText(text('č – € \u{1F600} \uD800')).toString('latin1')).toContain('c - EUR ? ?');
  });
});
