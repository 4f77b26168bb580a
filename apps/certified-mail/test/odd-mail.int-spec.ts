import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningService } from '@recapito/platform';
import { oddSubmissions } from '../../../e2e/odd-mail/index.ts';
import { città, comune, mario, provincia } from '../../../e2e/odd-mail/odd-submission.ts';
import type { Certified, OddSubmission, Refused, Replied } from '../../../e2e/odd-mail/odd-submission.ts';
import type { PrismaClient } from '../src/persistence/generated/client.ts';
import { hostAccentedBody } from './accented-body.ts';
import { IdentityStandIn } from './identity-stand-in.ts';
import { certifiedText, faultsOfHeader, placedByMessage, readableText } from './odd-mail-box.ts';
import type { Placed } from './odd-mail-box.ts';
import { sendAll } from './odd-mail-dialog.ts';
import type { Deciding } from './odd-mail-dialog.ts';
import { client, quietIn } from './post.ts';
import { mario as citizen, Stage } from './stage.ts';

const stage = new Stage();
const identity = new IdentityStandIn().knows('rssmra80a01h501u', 'inps-trial', citizen.holder);
const all = Object.values(oddSubmissions).flat();
let service: RunningService<PrismaClient>;
let decided: Deciding[];
let placed: Map<string, Placed[]>;

beforeAll(async () => {
  const endless = { most: 1_000_000, minutes: 60 };
  stage.amend('inps', { pace: { messages: endless, recipients: endless } });
  hostAccentedBody(stage);
  await stage.asks(identity);
  await stage.set();
  // Below the one case that is larger, above all others.
  service = await stage.service({ RECAPITO_SUBMISSION_BYTES: '1500000' });
  decided = await sendAll(service, mario, all);
  await quietIn(client(service));
  placed = await placedByMessage(stage, [mario, comune, provincia, città]);
});

afterAll(() => stage.end());

function idIn(reply: string): string | null {
  return /^250 2\.6\.0 (\S+@inpspec\.gov\.it) /.exec(reply)?.[1] ?? null;
}

interface Came {
  readonly said: Deciding;
  /** '' when nothing was taken. */
  readonly id: string;
  readonly found: readonly Placed[];
}

/** What the access point said of a message, and what lies in the boxes about it. */
function outcomeOf(message: OddSubmission): Came {
  const said = decided[all.indexOf(message)];
  if (said === undefined) throw new Error(`${message.what} was not sent`);
  const id = idIn(said.reply) ?? '';
  return { said, id, found: placed.get(id) ?? [] };
}

const remarks = ['Il Message-ID assegnato', "L'oggetto non è interamente", 'Il messaggio non ha il campo Date'];

/** What is right whatever comes: headers that nobody steered, and no letter lost in certified data. */
function expectSound(found: readonly Placed[]): void {
  expect(found.flatMap(faultsOfHeader)).toEqual([]);
  expect(found.filter(({ evidence }) => certifiedText(evidence, 'oggetto').includes('\uFFFD'))).toEqual([]);
}

function expectReplied({ said, found }: Came, { command, reply, rule }: Replied): void {
  expect(said.command).toBe(command);
  expect(said.reply).toMatch(new RegExp(`^${reply} .*${rule === '' ? '' : `\\(${rule}\\)`}$`));
  expect(found).toEqual([]);
}

async function expectRefused({ said, id, found }: Came, { rules, words }: Refused): Promise<void> {
  expect(said.reply).toMatch(/ ricevuto: segue un avviso di non accettazione$/);
  const row = await stage.client.submission.findUniqueOrThrow({ where: { identificativo: id } });
  expect((row.reasons as { rule: string }[]).map(({ rule }) => rule)).toEqual(rules);
  expect(found.map(({ box, evidence: { tipo } }) => [box, tipo])).toEqual([[mario, 'non-accettazione']]);
  const text = found.map(readableText).join();
  for (const each of words) expect(text).toContain(each);
}

function expectCertified({ said, id, found }: Came, right: Certified): void {
  expect(said.reply).toBe(`250 2.6.0 ${id} accettato`);
  const { destinatari, oggetto, msgid, risposte } = right;
  expect(found.map(({ box, evidence: { tipo } }) => `${tipo} ${box}`).sort()).toEqual(
    [
      `accettazione ${mario}`,
      ...destinatari.map(() => `avvenuta-consegna ${mario}`),
      ...destinatari.map((address) => `posta-certificata ${address}`),
    ].sort(),
  );
  for (const { evidence } of found) {
    const said = { oggetto: certifiedText(evidence, 'oggetto'), msgid: certifiedText(evidence, 'msgid') };
    expect({ ...said, risposte: evidence.data('risposte')[0] }).toEqual({ oggetto, msgid, risposte });
    expect([evidence.data('mittente'), evidence.data('destinatari').sort()]).toEqual([
      [mario],
      [...destinatari].sort(),
    ]);
    expect(evidence.field('X-Riferimento-Message-ID') ?? '').toBe(msgid);
  }
  const of = (tipo: string) => found.filter(({ evidence }) => evidence.tipo === tipo);
  const told = of('accettazione').map(readableText).join();
  expect(remarks.filter((each) => told.includes(each))).toHaveLength(right.remarks.length);
  for (const each of right.remarks) expect(told).toContain(each);
  for (const { text, evidence } of of('posta-certificata')) {
    expect(evidence.field('Message-ID')).toBe(`<${id}>`);
    for (const octets of right.holds) expect(text).toContain(octets);
    for (const octets of right.lacks) expect(text).not.toContain(octets);
  }
  for (const { text } of of('avvenuta-consegna'))
    for (const octets of right.receiptHolds) expect(text).toContain(octets);
}

describe.each(Object.entries(oddSubmissions))('%s', (_, messages) => {
  test.each(messages)('$what', async (message) => {
    const came = outcomeOf(message);
    const { outcome } = message;
    expectSound(came.found);
    if (outcome.kind === 'replied') expectReplied(came, outcome);
    else if (outcome.kind === 'refused') await expectRefused(came, outcome);
    else expectCertified(came, outcome);
  });
});

test('nothing is left of what was refused by a reply, and the boxes hold nothing else', async () => {
  const replied = all.filter(({ outcome }) => outcome.kind === 'replied');
  expect(await stage.client.submission.count()).toBe(all.length - replied.length);
  expect([...placed.keys()].filter((id) => !decided.some(({ reply }) => idIn(reply) === id))).toEqual([]);
});
