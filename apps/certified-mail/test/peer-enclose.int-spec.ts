import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { IncomingPoint } from '../src/smtp/incoming-point.ts';
import { bring } from './peer.ts';
import { mail, quiet } from './post.ts';
import { anna, comune, inpsSender, Stage } from './stage.ts';

const stage = new Stage();
let service: RunningService<PrismaClient>;

beforeAll(async () => {
  // INPS refuses ordinary mail, the bodies' provider encloses it: the files of the senders' providers say the contrary.
  stage.amend('enti', { ordinaryMail: 'enclose' });
  const peers = join(stage.programmes, 'peers');
  mkdirSync(peers);
  const write = (file: string, provider: string, enclose: boolean) =>
    writeFileSync(join(peers, file), JSON.stringify({ provider, tls: 'opportunistic', enclose }));
  write('postacertificata.json', 'PostaCertificat@', true);
  write('inps.json', 'INPS - Gestore della posta elettronica certificata', false);
  await stage.set();
  service = await stage.service();
});

afterAll(() => stage.end());

/** The last reply to an unsigned message, and how many anomaly envelopes the box has of it. */
async function unsigned(subject: string, from: string, to: string): Promise<{ reply: string; enclosed: number }> {
  const content = mail(from, to, [`Subject: ${subject}`]);
  const replies = await bring(service.app.get(IncomingPoint).state.port, { from, to: [to], content });
  await quiet(service);
  const inBox = stage.store
    .messagesOf(to)
    .filter((each) => each.includes(`Subject: ANOMALIA MESSAGGIO: ${subject}\r\n`));
  return { reply: replies.at(-1) ?? '', enclosed: inBox.length };
}

// @rule PEER-ENCLOSE
describe('mail from the domains of another provider that nobody has signed', () => {
  test('is enclosed where the file of that provider says so, though the recipient’s provider refuses ordinary mail', async () => {
    const { reply, enclosed } = await unsigned('Da racchiudere', anna.box, inpsSender);
    expect([reply, enclosed]).toEqual(['250 2.6.0 ricevuto, non certificato', 1]);
  });

  test('is refused where the file says so, though the recipient’s provider encloses ordinary mail', async () => {
    const { reply, enclosed } = await unsigned('Da rifiutare', inpsSender, comune);
    expect(reply).toMatch(/^554 5\.7\.1 .*\(INCOMING-SIGNED\)$/);
    expect(enclosed).toBe(0);
  });
});

// @rule PEER-ENCLOSE
describe('mail from a domain of no provider', () => {
  test('is enclosed or refused as the recipient’s provider says', async () => {
    const taken = await unsigned('Di un amico', 'amico@posta.example', comune);
    expect([taken.reply, taken.enclosed]).toEqual(['250 2.6.0 ricevuto, non certificato', 1]);
    const refused = await unsigned('Di un altro amico', 'amico@posta.example', inpsSender);
    expect(refused.enclosed).toBe(0);
    expect(refused.reply).not.toMatch(/^250/);
  });
});
