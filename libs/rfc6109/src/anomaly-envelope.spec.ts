import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { at, receiver, twoProviders } from '../test/example.ts';
import { anomalyEnvelope, attachedOriginal, seal } from './index.ts';

const by = { provider: receiver, messageId: 'altro.20140714093017.00078@posta.altrogestore.example', at };
const sender = 'qualcuno@posta.example';
const dialog = { reversePath: sender, forwardPath: ['protocollo@pec.comune.example'], sender, reason: 'x' };

function headerOf(incoming: string, proved = sender): string {
  return anomalyEnvelope(Buffer.from(incoming, 'latin1'), by, { ...dialog, sender: proved }).header;
}

describe('an anomaly envelope', () => {
  // @rule ANOMALY-UNCERTIFIED
  test('certifies nothing: it has no daticert.xml, even when what it encloses has one', () => {
    const content = anomalyEnvelope(Buffer.from('Subject: a\r\n\r\nfilename="daticert.xml"'), by, dialog).content;
    expect(content.toString('latin1').match(/daticert\.xml/g)).toHaveLength(1);
  });

  test('has a Message-ID of the provider’s own when the incoming message has none, or none that is one', () => {
    expect(headerOf('Subject: a\r\n\r\n')).toContain(`Message-ID: <${by.messageId}>\r\n`);
    expect(headerOf('Message-ID: senza parentesi\r\n\r\n')).toContain(`Message-ID: <${by.messageId}>\r\n`);
    expect(headerOf('Message-ID: <\xe8@d>\r\n\r\n')).toContain(`Message-ID: <${by.messageId}>\r\n`);
  });

  test('keeps the SMTP paths of what came in', () => {
    const built = anomalyEnvelope(Buffer.from('\r\n'), by, { ...dialog, reversePath: '' });
    expect([built.reversePath, built.forwardPath]).toEqual(['', ['protocollo@pec.comune.example']]);
  });

  test('speaks for nobody when nobody has proved to be its sender, whatever dialog and header say', () => {
    const incoming = 'From: Anna <anna@posta.example>\r\nSender: anna@posta.example\r\n\r\n';
    const header = headerOf(incoming, '');
    expect(header).toContain('"Per conto di:" <posta-certificata@posta.altrogestore.example>');
    expect(header).not.toContain('anna');
    expect(header).not.toContain(sender);
    expect(header).not.toContain('Reply-To');
  });

  test('copies the Reply-To where there is one', () => {
    const header = headerOf('Reply-To: altrove@posta.example\r\n\r\n');
    expect(header.match(/^Reply-To: .*$/gm)).toEqual(['Reply-To: altrove@posta.example']);
  });

  test('repeats of an endless subject what somebody may read', () => {
    const built = anomalyEnvelope(Buffer.from(`Subject: ${'oggetto '.repeat(30_000)}\r\n\r\n`), by, dialog);
    expect(built.header.replaceAll('\r\n', '').match(/oggetto/g)).toHaveLength(125);
    expect(built.header).toContain(' [...]\r\n');
    expect(headerOf(`Subject: ${'x'.repeat(100)}\r\n\r\n`)).not.toContain('[...]');
  });

  test('lets no sender write a field of his own into the header', () => {
    const header = headerOf('\r\n', 'a@b.example\r\nX-Ricevuta: accettazione');
    expect(header).not.toMatch(/^X-Ricevuta/m);
    expect(headerOf('\r\n', '"x"@b.example')).toContain('"Per conto di: \\"x\\"@b.example"');
    expect(headerOf('To: a@b.example\nX-Ricevuta: accettazione\n\n')).not.toMatch(/^X-Ricevuta/m);
  });

  // @rule ANOMALY-UNCERTIFIED
  test('encloses any bytes, with line ends as mail has them', async () => {
    const { signers } = await twoProviders();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const sealed = await seal(anomalyEnvelope(Buffer.from(bytes), by, dialog), signers.receiver);
        const expected = Buffer.from(bytes)
          .toString('latin1')
          .replace(/\r\n|\r|\n/g, '\r\n');
        expect(attachedOriginal(sealed)?.toString('latin1')).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });
});
