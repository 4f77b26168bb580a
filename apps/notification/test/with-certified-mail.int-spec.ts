import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@recapito/testing';
import { communicationId } from '../src/domain/communication.ts';
import { CertifiedMailProcess } from './certified-mail-process.ts';
import { firstAccessPassword } from './identity-stand-in.ts';
import { announcer, august, oldAddressOf, Stage } from './stage.ts';

const stage = new Stage();
let certifiedMail: CertifiedMailProcess;

beforeAll(async () => {
  certifiedMail = await CertifiedMailProcess.open(stage);
  await stage.open(august, { RECAPITO_CERTIFIED_MAIL_URL: certifiedMail.url });
});

afterAll(() => stage.end());

const boxOf = (address: string) => certifiedMail.store.stored.filter(({ recipient }) => recipient === address);

/** The text with its parts in base64 written out. */
function decoded(text: string): string {
  return text.replaceAll(/^(?:[A-Za-z0-9+/]{4,76}={0,2}\n)+/gm, (block) =>
    Buffer.from(block, 'base64').toString('latin1'),
  );
}

describe('an announcement through the real certified-mail', () => {
  test('lies in the old box as a certified message, and is delivered in the eyes of notification', async () => {
    const move = randomUUID();
    const id = communicationId('announcement', move, 1);
    await certifiedMail.listBox(stage, oldAddressOf(move));
    await stage.announce(move, { times: 2 });
    await eventually(async () => expect((await stage.row(id)).state).toBe('delivered'));
    const { identificativo } = await stage.row(id);
    const messages = boxOf(oldAddressOf(move));
    expect(messages).toHaveLength(1);
    expect(messages[0]?.text).toContain(`Message-ID: <${identificativo}>`);
    expect(messages[0]?.text).toContain('X-Trasporto: posta-certificata');
    expect(messages[0]?.text).toContain(firstAccessPassword);
    const types = (await stage.toldOf(id)).map(({ type }) => type);
    expect(types).toEqual(['communication-asked', 'communication-submitted', 'communication-delivered']);
  });

  // @rule CREDENTIALS-CONCISE
  test('brings receipts to its sender, and the password stands in none of them', async () => {
    const receipts = await eventually(() => {
      const found = boxOf(announcer);
      const kinds = found.map(({ text }) => /^X-Ricevuta: (\S+)/m.exec(text)?.[1]);
      expect(new Set(kinds)).toEqual(new Set(['accettazione', 'avvenuta-consegna']));
      expect(found).toHaveLength(2);
      return found;
    });
    for (const { text } of receipts) {
      expect(decoded(text)).toContain('<mittente>pec.cittadini@inpspec.gov.it</mittente>');
      expect(decoded(text)).not.toContain(firstAccessPassword);
      expect(text).not.toContain(firstAccessPassword);
    }
  });

  test('has failed when no such box exists', async () => {
    const move = randomUUID();
    const id = communicationId('announcement', move, 1);
    await stage.announce(move);
    await eventually(async () => expect((await stage.row(id)).state).toBe('failed'));
    expect((await stage.row(id)).reason).toMatch(/^no-dest: /);
  });
});
