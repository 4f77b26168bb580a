import { describe, expect, test } from '@jest/globals';
import { readEntity } from './mime-entity.ts';
import { partName } from './part-name.ts';

function nameIn(...fields: string[]) {
  const entity = readEntity(Buffer.from([...fields, '', 'x'].join('\r\n'), 'latin1'));
  if (!entity) throw new Error('the part was not read');
  return partName(entity);
}

const attached = (parameters: string) => nameIn(`Content-Disposition: attachment; ${parameters}`);

describe('the name of a part', () => {
  test.each([
    ['in quotation marks', 'filename="atto n. 1; bozza.pdf"', 'atto n. 1; bozza.pdf'],
    ['with quotation marks inside', 'filename="la \\"bozza\\".pdf"', 'la "bozza".pdf'],
    ['without them', 'filename=atto.pdf; size=3', 'atto.pdf'],
    ['without them and with blanks', 'filename=Relata di notifica.pdf', 'Relata di notifica.pdf'],
    ['without them, with blanks, and followed', 'filename=Relata di notifica.pdf ; size=3', 'Relata di notifica.pdf'],
    ['with a quotation mark that does not end', 'filename="Relata di notifica.pdf', 'Relata di notifica.pdf'],
    ['in RFC 2231', "filename*=UTF-8'it'citt%C3%A0.pdf", 'città.pdf'],
    ['in RFC 2231 with the charset left blank', "filename*=''atto.pdf", 'atto.pdf'],
    ['in RFC 2231 with the charset left blank, in UTF-8', "filename*=''citt%C3%A0.pdf", 'città.pdf'],
    ['in RFC 2231 and quotation marks', 'filename*="ISO-8859-1\'\'citt%E0.pdf"', 'città.pdf'],
    ['in RFC 2231 without charset and language', 'filename*=citt%C3%A0.pdf', 'città.pdf'],
    ['in pieces', 'filename*0="relata di "; filename*1=notifica.pdf', 'relata di notifica.pdf'],
    ['in pieces in any order', 'filename*1=notifica.pdf; filename*0="relata di "', 'relata di notifica.pdf'],
    ['in pieces split inside a character', "filename*0*=UTF-8''citt%C3; filename*1*=%A0.pdf", 'città.pdf'],
    ['in pieces of both kinds', 'filename*0*=ISO-8859-1\'\'citt%E0; filename*1=" 100%25.pdf"', 'città 100%25.pdf'],
    ['in an encoded word', 'filename="=?UTF-8?Q?citt=C3=A0.pdf?="', 'città.pdf'],
    ['in encoded words split inside a character', 'filename="=?UTF-8?B?Y2l0dMM=?= =?UTF-8?B?oC5wZGY=?="', 'città.pdf'],
    ['in pieces of encoded words', 'filename*0="=?UTF-8?Q?citt=C3=A0?="; filename*1=" =?UTF-8?Q?.pdf?="', 'città.pdf'],
    ['in an encoded word that is cut in pieces', 'filename*0="=?UTF-8?Q?citt=C3"; filename*1="=A0.pdf?="', 'città.pdf'],
    ['in UTF-8 as it is', 'filename="citt\xc3\xa0.pdf"', 'città.pdf'],
    [
      'in pieces whose numbers begin with zeros',
      'filename*01=notifica.pdf; filename*00="relata di "',
      'relata di notifica.pdf',
    ],
    ['in a piece that is missing its first, and whole', 'filename*1=.pdf; filename="atto.pdf"', 'atto.pdf'],
    ['twice, once in a form that cannot be decoded', "filename*=x-nessuno''a%FF; filename=atto.pdf", 'atto.pdf'],
  ])('%s', (_, parameters, text) => {
    expect(attached(parameters)).toEqual({ text, lost: false });
  });

  test.each([
    ['octets that are none of its charset', "filename*=UTF-8''citt%E0.pdf", 'citt%E0.pdf'],
    ['octets of no charset', "filename*=''citt%E0.pdf", 'citt%E0.pdf'],
    ['a charset that nobody knows', "filename*=x-nessuno''citt%E0.pdf", 'citt%E0.pdf'],
    ['an encoded word that is broken', 'filename="=?UTF-8?B?////?="', '=?UTF-8?B?////?='],
    ['a NUL', "filename*=UTF-8''a%00b", 'a%00b'],
    ['a first piece that is missing', 'filename*1=notifica; filename*2=.pdf', 'notifica.pdf'],
    ['a piece that is missing', "filename*0*=UTF-8''a; filename*2=b.pdf", 'a'],
    ['the mark of what was lost', "filename*=UTF-8''a%EF%BF%BD", 'a%EF%BF%BD'],
  ])('that cannot be decoded for %s is the text that stands there', (_, parameters, text) => {
    expect(attached(parameters)).toEqual({ text, lost: true });
  });

  test('is that of the type where the disposition has none, or none that can be decoded', () => {
    expect(nameIn('Content-Type: a/b; name=atto.pdf')).toEqual({ text: 'atto.pdf', lost: false });
    expect(nameIn('Content-Type: a/b; name=atto.pdf', "Content-Disposition: inline; filename*=x-n''%FF")).toEqual({
      text: 'atto.pdf',
      lost: false,
    });
    expect(nameIn('Content-Type: a/b; nome=x', 'Content-Disposition: attachment; filename=""')).toBeNull();
  });
});
