import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually, freePort } from '@recapito/testing';
import type { SpecProcess } from '@recapito/testing';
import { deliveryReceipt, seal, transportEnvelope } from '@recapito/rfc6109';
import type { SystemMessage } from '@recapito/rfc6109';
import { asData, hostilePost } from './hostile-post.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { authPlain, Dialog } from './mail-client.ts';
import { mail, quietIn } from './post.ts';
import { anna, comune, inAugust, mario, Stage } from './stage.ts';

/** All of them by `npm run test:hostile`; otherwise a share that takes seconds. */
const [messages, slowClients] = process.env['RECAPITO_HOSTILE'] === 'all' ? [2_000, 200] : [300, 60];
const boundMebibytes = 512;
const clients = 6;

jest.setTimeout(600_000);

const stage = new Stage();
const identity = new IdentityStandIn().knows('rssmra80a01h501u', 'inps-trial', mario.holder);
const slow: Dialog[] = [];
let service: SpecProcess;
let doors: { readonly smtp: number; readonly smtps: number };

beforeAll(async () => {
  await stage.asks(identity);
  // One box sends it all, more than anybody does who is not to be stopped.
  const endless = { most: 1_000_000, minutes: 60 };
  stage.amend('inps', { pace: { messages: endless, recipients: endless } });
  await stage.set();
  doors = { smtp: await freePort(), smtps: await freePort() };
  service = await stage.program(new URL('./children/plain.ts', import.meta.url), {
    RECAPITO_LOG_LEVEL: 'warn',
    RECAPITO_PORT: String(await freePort()),
    RECAPITO_SMTP_PORT: String(doors.smtp),
    RECAPITO_SMTPS_PORT: String(doors.smtps),
    // One connection brings what many would bring, and most of it is refused.
    RECAPITO_SMTP_COMMANDS: '1000000',
  });
  await service.line('ready');
});

afterAll(async () => {
  for (const dialog of slow) dialog.vanish();
  await stage.end();
});

/** The highest that the process has been since it began, in MiB, as Linux counts its resident memory. */
function highestMebibytes(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}

/** Real messages of both kinds, from which the hostile ones are made. */
async function seeds(): Promise<Buffer[]> {
  const installation = await stage.installation();
  const provider = installation.own('PostaCertificat@');
  const identificativo = `pec9.20100802090000.00001@${provider.domain}`;
  const message = {
    identificativo,
    msgid: '<a@client.example>',
    mittente: anna.box,
    destinatari: [{ indirizzo: comune, tipo: 'certificato' as const }],
    risposte: anna.box,
    oggetto: 'Perché no',
    ricevuta: 'completa' as const,
  };
  const original = Buffer.from(mail(anna.box, comune, ['Subject: Perché no', `Message-ID: <${identificativo}>`]));
  const by = { provider, messageId: identificativo, at: inAugust };
  const sealed = async (built: SystemMessage) => await seal(built, installation.signerOf(provider));
  return [
    await sealed(transportEnvelope(message, by, original)),
    await sealed(deliveryReceipt(message, by, { recipient: comune, form: 'completa', original })),
    original,
    Buffer.from(mail(mario.box, comune, ['Subject: Da un titolare'])),
  ];
}

/**
 * Brings messages over connections of its own, every third as a user's, and counts how often each code ended DATA. A
 * message goes to the same door whoever brings it.
 */
async function bringAll(post: Iterable<readonly [number, Buffer]>, endings: Map<string, number>): Promise<void> {
  const [toProvider, toUser] = [await Dialog.open(doors.smtp, false), await Dialog.open(doors.smtps, true)];
  for (const dialog of [toProvider, toUser]) await dialog.say('EHLO altrove.example');
  expect(await toUser.say(authPlain(mario.box))).toMatch(/^235 /);
  const turns = [
    { dialog: toProvider, from: anna.box },
    { dialog: toProvider, from: anna.box },
    { dialog: toUser, from: mario.box },
  ];
  for (const [nth, message] of post) {
    const { dialog, from } = turns[nth % turns.length] ?? { dialog: toProvider, from: anna.box };
    expect(await dialog.say(`MAIL FROM:<${from}>`)).toMatch(/^250 /);
    expect(await dialog.say(`RCPT TO:<${comune}>`)).toMatch(/^250 /);
    expect(await dialog.say('DATA')).toMatch(/^354 /);
    const ending = await dialog.bring(asData(message));
    endings.set(ending.slice(0, 3), (endings.get(ending.slice(0, 3)) ?? 0) + 1);
  }
  for (const dialog of [toProvider, toUser]) dialog.vanish();
}

describe('post that is made to hurt, and clients that never come to an end', () => {
  const endings = new Map<string, number>();
  let dripping: NodeJS.Timeout;

  beforeAll(async () => {
    for (let nth = 0; nth < slowClients; nth++) {
      const dialog = await Dialog.open(doors.smtp, false, `127.0.1.${nth % 50}`);
      await dialog.say('EHLO lento.example');
      await dialog.say(`MAIL FROM:<${anna.box}>`);
      await dialog.say(`RCPT TO:<${comune}>`);
      await dialog.say('DATA');
      slow.push(dialog);
    }
    dripping = setInterval(() => slow.forEach((dialog) => dialog.write('Subject: un passo alla volta\r\n')), 500);
    const post = hostilePost(messages, await seeds());
    await Promise.all(Array.from({ length: clients }, () => bringAll(post, endings)));
  });

  afterAll(() => clearInterval(dripping));

  test('every message gets an answer: taken, or refused for good, and never a fault of ours', () => {
    expect(service.lines.filter((line) => /smtp-(deferred|fault)/.test(line))).toEqual([]);
    expect([...endings.values()].reduce((sum, count) => sum + count, 0)).toBe(messages);
    expect([...endings.keys()].toSorted()).toEqual(['250', '550', '554']);
  });

  test(`the process has never been larger than ${boundMebibytes} MiB`, () => {
    expect(highestMebibytes()).toBeLessThan(boundMebibytes);
  });

  test('a message among all that is still delivered', async () => {
    const dialog = await Dialog.open(doors.smtps, true);
    await dialog.say('EHLO client.example');
    await dialog.say(authPlain(mario.box));
    await dialog.say(`MAIL FROM:<${mario.box}>`);
    await dialog.say(`RCPT TO:<${comune}>`);
    await dialog.say('DATA');
    const sound = mail(mario.box, comune, ['Subject: In mezzo a tutto questo']);
    expect(await dialog.bring(asData(Buffer.from(sound)))).toMatch(/^250 /);
    dialog.vanish();
    const arrived = () =>
      stage.store.messagesOf(comune).some((each) => each.includes('POSTA CERTIFICATA: In mezzo a tutto questo'));
    await eventually(arrived);
  });

  test('what was taken is carried to its end, whatever it holds', async () => {
    await quietIn(stage.client, { withinMs: 240_000 });
    const taken = await stage.client.submission.groupBy({ by: ['state'], _count: true });
    expect(taken.map(({ state }) => state).toSorted()).toEqual(['concluded', 'refused']);
  });

  test('and slow clients are still served when they come to an end', async () => {
    const [patient] = slow;
    if (patient === undefined) throw new Error('there are slow clients');
    expect(await patient.bring(Buffer.from('\r\nfine\r\n.\r\n'))).toMatch(/^554 /);
  });
});
