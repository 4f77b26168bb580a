import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addOperator, removeOperator } from '@recapito/installation';
import { eventually } from '@recapito/testing';
import { ImapFlow } from 'imapflow';
import type { Suite } from '../tools/suite/suite.ts';
import { swaks } from './swaks.ts';

/** A citizen's box, and how its holder gets in. */
export interface Box {
  readonly address: string;
  readonly password: string;
  readonly codiceFiscale: string;
}

/** What the holder of a box saw while it was held and after its release. */
export interface Seen {
  /** By which ways, other than the box, the holder was told. */
  readonly told: readonly string[];
  readonly whileHeld: string;
  readonly afterwards: string;
}

/** Has one operator hold a box whose mail client is open, and two release it; all by the public doors. */
export async function heldAndReleased(suite: Suite, box: Box, to: string): Promise<Seen> {
  const names = [`prova.prima-${process.pid}`, `prova.seconda-${process.pid}`] as const;
  const [first, second] = names.map((name) => addOperator(suite.secrets, name, undefined));
  const desk = new Desk(suite.urls['certified-mail'] ?? '');
  const send = async (subject: string) =>
    (await swaks(suite, { from: box.address, to, subject, password: box.password })).out;
  try {
    const client = await openClient(suite, box);
    const { id: hold } = await desk.post(first, '/holds', { box: box.address, reason: 'segnalata da un destinatario' });
    await eventually(() => !client.usable);
    await eventually(() => toldOf(suite, box).length > 0);
    const whileHeld = await send('Durante la sospensione');
    const asked = { queue: 'send', reason: 'password cambiata' };
    const { id: request } = await desk.post(first, `/holds/${hold}/release-requests`, asked);
    await desk.post(second, `/holds/${hold}/release-requests/${request}/confirmations`);
    return { told: toldOf(suite, box), whileHeld, afterwards: await send('Dopo lo sblocco') };
  } finally {
    for (const name of names) removeOperator(suite.secrets, name);
  }
}

async function openClient({ mail }: Suite, { address, password }: Box): Promise<ImapFlow> {
  const auth = { user: address, pass: password };
  const client = new ImapFlow({ ...mail, secure: true, auth, logger: false, tls: { rejectUnauthorized: false } });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** The channels in which a message about a box lies for its holder. */
function toldOf({ captured }: Suite, { address, codiceFiscale }: Box): string[] {
  return ['sms', 'email', 'posta', 'sportello'].filter((channel) => {
    const folder = join(captured, channel, codiceFiscale);
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.txt')) : [];
    return names.some((name) => readFileSync(join(folder, name), 'utf8').includes(`casella ${address}`));
  });
}

/** Operators before certified-mail. */
class Desk {
  readonly #url: string;
  #keys = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws Error when it is refused. */
  async post(token: string | undefined, path: string, body?: object): Promise<{ readonly id: string }> {
    const response = await fetch(new URL(path, this.#url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': `prova-${process.pid}-${++this.#keys}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status} ${await response.text()}`);
    return (await response.json()) as { id: string };
  }
}
