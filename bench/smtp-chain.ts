import { randomUUID } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { until } from '@recapito/servers';
import type { Benchmark, Contest, Occasion } from './benchmark.ts';
import { rounded } from './figures.ts';
import { holdersWithPins } from './holders.ts';
import type { Holder } from './holders.ts';
import { atOnce } from './lags.ts';
import { mailStageWithStore, programmesForCrowds } from './mail-stage.ts';
import { noon } from './noted.ts';
import { rsaSignaturesPerSecond } from './openssl.ts';
import { countProcessorTime } from './processor-time.ts';
import { rateOf } from './rate.ts';
import type { Stage } from './services.ts';

const sizes = {
  full: { messages: 200, holders: 4, seconds: 3 },
  small: { messages: 12, holders: 1, seconds: 1 },
};

/** Connections that a mail client, or whoever delivers, keeps open. */
const connections = 4;

/** Of one submission to one recipient: acceptance, envelope, taking in charge, delivery receipt. */
const messagesEach = 4;

/** Boxes of public bodies of the programme’s, at another provider than the holders’. */
const bodies = ['protocollo@pec.comune.borgovento.example', 'urp@pec.provincia.valchiara.example'] as const;

const services = ['identity', 'mailbox', 'certified-mail'] as const;

export const smtpChain: Benchmark = {
  name: 'smtp-chain',
  ours: 'submissions by SMTP per second until the delivery receipt is in the sender’s box: accept, trace, sign, deliver',
  yardstick:
    'the less of openssl’s signatures and bare deliveries by LMTP to the same Dovecot, as many as a submission needs',
  unit: 'submissions/s',
  better: 'more',
  mark: 'ratio 0.5',
  reached: ({ ratio }) => ratio >= 0.5,
  runs: 5,
  prepare,
};

async function prepare(occasion: Occasion): Promise<Contest> {
  const { size, says, abort } = occasion;
  const { messages, holders: count, seconds } = sizes[size];
  const { ground, stage, store } = await mailStageWithStore(occasion);
  says(services.join(', '));
  const environment = { RECAPITO_PROGRAMMES: programmesForCrowds(ground.run.path, 'inps') };
  const supervisor = await stage.start({ names: services, abort, store, environment });
  ground.atEnd(() => supervisor.stop());
  says(`${count} holders choose their PIN`);
  const holders = await holdersWithPins(stage, count, noon);
  const pids = { ...ground.servers.pids, ...supervisor.pids };
  const clients = holders.map((holder) => mailClient(stage, holder, connections / count));
  const bare = bareLmtp(stage);
  ground.atEnd(async () => [...clients, bare].forEach(({ close }) => close()));
  await firstLetters(stage, clients);
  // Everybody is signed in, every box has been opened, and what is to be compiled is.
  await chain(stage, clients, messages, occasion);
  return {
    async ours() {
      await ground.settle();
      const used = countProcessorTime(pids, 'clients');
      const rate = await chain(stage, clients, messages, occasion);
      says(`processor time a submission: ${used(messages)}`);
      return rate;
    },
    async yardstick() {
      const signatures = (await rsaSignaturesPerSecond(seconds, abort)) / messagesEach;
      const deliveries = (await delivered(bare.deliver, holders, messages * messagesEach)) / messagesEach;
      says(`${rounded(signatures)} submissions/s could be signed, ${rounded(deliveries)} delivered`);
      return Math.min(signatures, deliveries);
    },
  };
}

type Send = (nth: number) => Promise<void>;

/** A client that has signed in as a holder and sends letters of 5 kB, each to one public body. */
function mailClient(stage: Stage, { codiceFiscale, secret, inpsAddress }: Holder, maxConnections: number) {
  const transport = createTransport({
    pool: true,
    maxConnections,
    maxMessages: Number.POSITIVE_INFINITY,
    host: '127.0.0.1',
    port: stage.ports.smtps,
    secure: true,
    auth: { user: codiceFiscale, pass: secret },
    tls: { rejectUnauthorized: false },
  });
  const send: Send = async (nth) => {
    const to = bodies[nth % bodies.length] ?? bodies[0];
    const { response } = await transport.sendMail({
      envelope: { from: inpsAddress, to: [to] },
      raw: letter(inpsAddress, to),
    });
    if (!response.endsWith('accettato')) throw new Error(`a letter was answered ${response}`);
  };
  return { send, close: () => transport.close() };
}

function bareLmtp(stage: Stage) {
  const transport = createTransport({
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    host: '127.0.0.1',
    port: stage.ports.lmtp,
    lmtp: true,
    ignoreTLS: true,
  });
  const deliver = async (from: string, to: string): Promise<void> => {
    const { accepted } = await transport.sendMail({ envelope: { from, to: [to] }, raw: letter(from, to) });
    if (accepted.length !== 1) throw new Error(`${to} did not get a message`);
  };
  return { deliver, close: () => transport.close() };
}

function letter(from: string, to: string): string {
  const line = 'Chiedo la residenza nel comune, dove abito con la famiglia.\r\n';
  const header = `From: ${from}\r\nTo: ${to}\r\nSubject: Istanza\r\nMessage-ID: <${randomUUID()}@bench.example>\r\n\r\n`;
  return header + line.repeat(80);
}

/** Waits until each sender has written: certified-mail learns of new boxes a moment after mailbox has made them. */
async function firstLetters(stage: Stage, clients: readonly { readonly send: Send }[]): Promise<void> {
  const pool = stage.administrator('certified-mail');
  const placed = async () => {
    const { rows } = await pool.query<{ number: number }>(receiptsPlaced, [0]);
    if ((rows[0]?.number ?? 0) < clients.length) throw new Error('receipts of first letters are still on their way');
  };
  try {
    for (const { send } of clients) await until(() => send(0), { withinMs: 30_000 });
    await until(placed, { withinMs: 60_000 });
  } finally {
    await pool.end();
  }
}

/** Sends so many letters and waits until the receipt of each is in its sender’s box. @returns letters a second */
async function chain(
  stage: Stage,
  clients: readonly { readonly send: Send }[],
  count: number,
  { abort }: Occasion,
): Promise<number> {
  const pool = stage.administrator('certified-mail');
  const number = async (query: string, ...values: number[]): Promise<number> => {
    const { rows } = await pool.query<{ number: number }>(query, values);
    return rows[0]?.number ?? 0;
  };
  try {
    const [before, toldBefore] = [await number(lastPlacement), await number(told)];
    const rate = rateOf(() => number(receiptsPlaced, before), { count, everyMs: 20, abort });
    const sending = atOnce(count, connections, async (nth) => clients[nth % clients.length]?.send(nth));
    const [result] = await Promise.all([rate, sending]);
    const facts = (await number(told)) - toldBefore;
    if (facts !== count * factsEach) throw new Error(`${count} letters left ${facts} facts`);
    return result;
  } finally {
    await pool.end();
  }
}

const lastPlacement = 'SELECT coalesce(max(id), 0)::int AS number FROM placement';
/** Since a placement: looking shall not cost more from run to run. */
const receiptsPlaced = `SELECT count(*)::int AS number FROM placement JOIN arrival ON arrival.id = placement.arrival_id
  WHERE placement.id > $1::bigint AND placement.state = 'placed' AND arrival.tipo = 'avvenuta-consegna'`;

/** message-accepted, envelope-dispatched, taken-in-charge, message-delivered. */
const factsEach = 4;
const told = `SELECT count(*)::int AS number FROM outbox WHERE topic = 'certified-mail.messages.v1'`;

/** To the boxes that the chain delivers to, half of all to the holders. @returns deliveries a second */
async function delivered(
  deliver: (from: string, to: string) => Promise<void>,
  holders: readonly Holder[],
  count: number,
): Promise<number> {
  const boxes = holders.flatMap(({ inpsAddress }, nth) => [inpsAddress, bodies[nth % bodies.length] ?? bodies[0]]);
  const begin = performance.now();
  await atOnce(count, connections, (nth) => deliver(bodies[0], boxes[nth % boxes.length] ?? bodies[0]));
  return (count * 1_000) / (performance.now() - begin);
}
