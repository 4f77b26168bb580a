import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { messageAccepted } from '@recapito/contracts';
import type { RunningService } from '@recapito/platform';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { dataOf, quiet, submit } from './post.ts';
import { comune, inpsSender, Stage } from './stage.ts';

const stage = new Stage();
let service: RunningService<PrismaClient>;
let notification: string;

beforeAll(async () => {
  await stage.set();
  service = await stage.service();
});
// A token of a service lives for a minute, a spec may take longer.
beforeEach(async () => {
  notification = await stage.serviceToken('notification');
});

afterAll(() => stage.end());

const head = (subject: string) => [
  `From: ${inpsSender}`,
  `To: ${comune}`,
  `Subject: ${subject}`,
  'Message-ID: <otto@client.example>',
  'MIME-Version: 1.0',
];
const bytesOf = (lines: string[]) => Buffer.from(lines.join('\r\n'), 'latin1');
const envelopeOf = (subject: string) =>
  stage.store.messagesOf(comune).find((message) => message.includes(`Subject: POSTA CERTIFICATA: ${subject}\r\n`));

describe('a submission with an 8-bit part', () => {
  // @rule EIGHT-BIT-ACCEPTED
  test('is certified in seven bits, and the trace has the hash of both', async () => {
    const type = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit'];
    const raw = bytesOf([...head('Otto bit'), ...type, '', 'citt\xc3\xa0', '']);
    const { body } = await submit(service, notification, raw);
    await quiet(service);
    expect(body.outcome).toBe('accepted');
    const envelope = envelopeOf('Otto bit');
    expect(envelope?.every((byte) => byte < 128)).toBe(true);
    expect(envelope?.toString('latin1')).toContain('\r\n\r\ncitt=C3=A0\r\n');
    const [accepted] = await dataOf(service, messageAccepted, body.identificativo);
    expect(accepted?.reencoded).toEqual({
      parts: [''],
      submittedSha256: createHash('sha256').update(raw).digest('hex'),
      keptSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    // The same message again is the same, whatever became of its bytes.
    expect((await submit(service, notification, raw)).body.identificativo).toBe(body.identificativo);
  });

  test('that somebody has signed keeps its bytes', async () => {
    const raw = bytesOf([
      ...head('Otto bit firmati'),
      'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=S',
      '',
      '--S',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'citt\xc3\xa0',
      '--S',
      'Content-Type: application/pkcs7-signature; name=smime.p7s',
      'Content-Transfer-Encoding: base64',
      '',
      'AAAA',
      '--S--',
      '',
    ]);
    const { body } = await submit(service, notification, raw);
    await quiet(service);
    expect(body.outcome).toBe('accepted');
    expect(envelopeOf('Otto bit firmati')?.toString('latin1')).toContain('\r\n\r\ncitt\xc3\xa0\r\n--S\r\n');
    const [accepted] = await dataOf(service, messageAccepted, body.identificativo);
    expect(accepted && 'reencoded' in accepted).toBe(false);
  });
});
