import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import { KnownSources, serviceLogger } from '@recapito/platform';
import type { Credential } from '@recapito/rfc6109';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerSession } from 'smtp-server';
import type { IncomingTransaction } from '../src/application/incoming/receive-incoming.ts';
import { SmtpDoor } from '../src/smtp/smtp-door.ts';
import type { DoorHandlers, SmtpData } from '../src/smtp/smtp-door.ts';

/** What came in one transaction. */
export interface Taken {
  readonly to: readonly string[];
  readonly content: string;
  readonly secure: boolean;
  /** What was said with EHLO. */
  readonly greeting: string;
}

/** What is sent to a peer in specs, a line that begins with a dot in it. */
export function toPeer(...forwardPath: string[]): IncomingTransaction {
  const bytes = Buffer.from('Subject: x\r\n\r\n.punto\r\n');
  return { towards: 'Altro Gestore', reversePath: 'anna@uno.example', forwardPath, bytes };
}

/** Another provider's incoming point, which answers as a spec says; it keeps what it took. */
export async function openPeer(
  credential: Credential,
  {
    handlers = {},
    offersEightBitMime = true,
    host = '127.0.0.1',
    port = 0,
  }: { handlers?: Partial<DoorHandlers>; offersEightBitMime?: boolean; host?: string; port?: number } = {},
): Promise<{ readonly door: SmtpDoor; readonly taken: Taken[] }> {
  const taken: Taken[] = [];
  const door = new SmtpDoor(
    {
      name: 'peer',
      hostName: 'peer.example',
      host,
      port,
      secure: false,
      cert: credential.certificate,
      key: credential.privateKey,
      size: 1_000_000,
      maxClients: 50,
      idleMs: 60_000,
      sessionMs: 600_000,
      mostCommands: 100,
      known: new KnownSources(),
      turnedAway: { inc: () => undefined },
      offersEightBitMime,
      logger: serviceLogger('spec', 'silent'),
      replies: { inc: () => undefined },
    },
    {
      onMailFrom: () => Promise.resolve(),
      onRcptTo: () => Promise.resolve(),
      onData: async (data, session) => {
        taken.push(await takenBy(data, session));
        return '2.6.0 preso';
      },
      ...handlers,
    },
  );
  await door.open();
  return { door, taken };
}

async function takenBy(
  data: SmtpData,
  { envelope, secure, hostNameAppearsAs: greeting }: SMTPServerSession,
): Promise<Taken> {
  const content = (await buffer(data)).toString();
  return { to: envelope.rcptTo.map(({ address }) => address), content, secure, greeting };
}

/** The same without TLS, as some servers on the Internet still are. */
export async function openPlainPeer(): Promise<{
  readonly port: number;
  readonly taken: Taken[];
  readonly close: () => void;
}> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData: callbackify(async (data: SmtpData, session: SMTPServerSession) => {
      taken.push(await takenBy(data, session));
    }),
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return { port, taken, close: () => server.close() };
}
