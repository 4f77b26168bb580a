// Messages made to hurt whoever reads them, of any size.

const head = 'X-Ricevuta: avvenuta-consegna\r\nMessage-ID: <a@b>\r\nContent-Type: multipart/signed; boundary=S\r\n\r\n';
const mixed = '--S\r\nContent-Type: multipart/mixed; boundary=M\r\n\r\n--M\r\n';
const signature = '\r\n--S\r\nContent-Type: application/x-pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n';
const end = '\r\n--M--\r\n--S\r\nContent-Type: application/pkcs7-signature\r\n\r\n\r\n--S--\r\n';
const part = (name: string, encoding: string) =>
  `Content-Disposition: inline; filename=${name}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;

/** What stands before, what is repeated until the message is large, what stands behind. */
const shapes: Record<string, [before: string, repeated: string, behind: string]> = {
  'a header without end': ['', 'X-Trasporto: ', ''],
  'a header of many fields': [head.slice(0, -2), 'X:\r\n', '\r\n'],
  'line ends': [head + mixed, '\r\n', end],
  'boundaries that are none': [head + mixed, '\r\n--Mx', end],
  'parts without number': [head, '--S\r\n\r\nx\r\n', '--S--\r\n'],
  'parts that are all header': [head + mixed, `${'a:\r\n'.repeat(60_000)}\r\n--M\r\n`, end],
  'multiparts inside each other': [head, '--S\r\nContent-Type: multipart/mixed; boundary=S\r\n\r\n', '--S--\r\n'],
  'certification data in base64': [head + mixed + part('daticert.xml', 'base64'), 'PGE+PGE+', end],
  'certification data in quoted-printable': [head + mixed + part('daticert.xml', 'quoted-printable'), '=3C\n', end],
  'certification data as they are': [head + mixed + part('daticert.xml', '8bit'), '<a/>', end],
  'certification data again and again': [head + mixed, `${part('daticert.xml', '8bit')}<a/>\r\n--M\r\n`, end],
  'a signature that is one long DER': [`${head}--S\r\n\r\n${signature}`, 'BQAFAAUA', '\r\n--S--\r\n'],
  'an anomaly in base64': [
    `X-Trasporto: errore\r\n${head}${mixed}${part('postacert.eml', 'base64')}`,
    'YWJjZGVm\r\n',
    end,
  ],
  'an anomaly in quoted-printable': [
    `X-Trasporto: errore\r\n${head}${mixed}${part('postacert.eml', 'quoted-printable')}`,
    '\n=\n',
    end,
  ],
};

/** What there is, by name. */
export const hostileShapes: readonly string[] = Object.keys(shapes);

/** Fills bytes with a message of a shape, to their end. */
export function fillWithMalice(bytes: Buffer, shape: string): Buffer {
  const [before, repeated, behind] = shapes[shape] ?? ['', shape, ''];
  bytes.fill(repeated, 'latin1');
  bytes.write(before, 0, 'latin1');
  bytes.write(behind, Math.max(0, bytes.byteLength - behind.length), 'latin1');
  return bytes;
}
