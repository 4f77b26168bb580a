import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { inInbox, LogInRefused } from '../tools/rehearsal/citizen/mail-client.ts';
import { homeAddressOf } from '../tools/rehearsal/citizen/inventions.ts';
import { Portal } from '../tools/rehearsal/citizen/portal.ts';
import { call, Refused } from '../tools/rehearsal/suite-services.ts';
import type { Holder } from './holders.ts';
import type { Stage } from './services.ts';

/** A place where the suite says yes or no to somebody: does it still say yes? */
export interface Gate {
  readonly name: string;
  readonly open: () => Promise<boolean>;
}

/** Every gate at which a box is opened, read or written from. `end` lets go of the session that was open. */
export async function gatesOf(stage: Stage, holder: Holder): Promise<{ gates: readonly Gate[]; end: () => void }> {
  const session = await openSession(stage, holder);
  const gates = [
    { name: 'mailbox over HTTP', open: () => mayRead(stage, holder) },
    { name: 'log-in at the mail store', open: () => mayLogIn(stage, holder) },
    { name: 'session that is open', open: () => stillSees(session) },
    { name: 'mail gate of certified-mail', open: await submitter(stage, holder) },
  ];
  return { gates, end: () => session.close() };
}

/** When a gate said no for the first time, on the clock of `performance.now`. */
export async function shut({ name, open }: Gate, abort: AbortSignal): Promise<number> {
  const deadline = performance.now() + 30_000;
  while (await open()) {
    if (performance.now() > deadline) throw new Error(`${name} still says yes half a minute after the bound`);
    await pause(2, undefined, { signal: abort });
  }
  return performance.now();
}

interface Capabilities {
  readonly capabilities: readonly { readonly allowed: boolean }[];
}

async function mayRead(stage: Stage, { inpsAddress }: Holder): Promise<boolean> {
  const url = `${stage.url('mailbox')}/mailboxes/${inpsAddress}/capabilities?verb=read`;
  const { capabilities } = await call<Capabilities>('GET', url, { token: stage.operatorToken });
  return capabilities.every(({ allowed }) => allowed);
}

async function mayLogIn(stage: Stage, { inpsAddress, secret }: Holder): Promise<boolean> {
  try {
    await inInbox(stage.mail, inpsAddress, secret, async () => undefined);
    return true;
  } catch (error) {
    if (error instanceof LogInRefused) return false;
    throw error;
  }
}

async function openSession(stage: Stage, { inpsAddress: user, secret: pass }: Holder): Promise<ImapFlow> {
  const { host, port } = stage.mail;
  const tls = { rejectUnauthorized: false };
  const session = new ImapFlow({ host, port, secure: true, auth: { user, pass }, logger: false, tls });
  // It is to be ended by the other side.
  session.on('error', () => undefined);
  await session.connect();
  return session;
}

async function stillSees(session: ImapFlow): Promise<boolean> {
  if (!session.usable) return false;
  const seen = await session.status('INBOX', { messages: true }).catch(() => false as const);
  return seen !== false && seen.messages !== undefined;
}

/** Writes to somebody outside the circuit: the sender is judged first, and nobody gets mail. */
async function submitter(
  stage: Stage,
  { codiceFiscale, secret, inpsAddress }: Holder,
): Promise<() => Promise<boolean>> {
  const { token } = await new Portal(stage.url('identity'), homeAddressOf(codiceFiscale)).signIn(codiceFiscale, secret);
  return async () => {
    const id = randomUUID();
    const headers = { 'content-type': 'message/rfc822', 'idempotency-key': id };
    const lines = [`From: ${inpsAddress}`, 'To: nessuno@posta.example', 'Subject: Prova', `Message-ID: <${id}@bench>`];
    const body = [...lines, '', 'Una prova.', ''].join('\r\n');
    try {
      await call('POST', `${stage.url('certified-mail')}/submissions`, { token, headers, body });
      return true;
    } catch (error) {
      if (error instanceof Refused && error.code === 'mailbox/closed-by-calendar') return false;
      throw error;
    }
  };
}
