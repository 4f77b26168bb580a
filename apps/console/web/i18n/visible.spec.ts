import { expect, test } from '@jest/globals';
import { visible } from './visible.ts';

// @rule CONSOLE-VISIBLE
test.each([
  ['Fattura <script>alert(1)</script>', 'Fattura <script>alert(1)</script>'],
  ['ordine\u202Efdp.exe', 'ordine⟨U+202E⟩fdp.exe'],
  ['mario\u200B.rossi@pec.example', 'mario⟨U+200B⟩.rossi@pec.example'],
  ['due\nrighe\u0000', 'due⟨U+000A⟩righe⟨U+0000⟩'],
  ['chiuso\u2069 e \u2028 oltre\uFEFF', 'chiuso⟨U+2069⟩ e ⟨U+2028⟩ oltre⟨U+FEFF⟩'],
  ['\uD800 solo', '⟨U+D800⟩ solo'],
  ['Nicolò D’Angelo, Łódź, 東京 😀', 'Nicolò D’Angelo, Łódź, 東京 😀'],
])('%j is shown as %j', (written, shown) => expect(visible(written)).toBe(shown));
