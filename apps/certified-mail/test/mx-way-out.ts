import { Breakers, Health, Metrics } from '@recapito/platform';
import type { Credential } from '@recapito/rfc6109';
import type { Peer } from '../src/programme/peers.ts';
import { MailExchangers } from '../src/smtp/mail-exchangers.ts';
import { OutgoingSmtp } from '../src/smtp/outgoing-smtp.ts';
import type { NameServer } from './name-server.ts';

/** How a spec sends by MX. */
export interface MxWay {
  readonly ports?: number[];
  readonly known?: string[];
  readonly special?: 'refuse' | 'allow';
  /** What the provider's file says; null when there is none. */
  readonly file?: Partial<Peer> | null;
}

/** The way out by the name server of a spec, to hosts that listen at a port and whose certificate this authority issued. */
export function mxWayOut(
  names: NameServer,
  authority: Credential,
  port: number,
  { special = 'allow', file = { hosts: ['mx.altro.example'] }, ...own }: MxWay,
): OutgoingSmtp {
  const byMx = { exchangers: new MailExchangers([names.address]), port, own: { ports: [], known: [], ...own } };
  const peerOf = (provider: string): Peer | undefined =>
    file === null ? undefined : { provider, hosts: [], domains: [], tls: 'required', ...file };
  const authorities = [authority.certificate];
  const installation = { authorities, smtpName: 'noi.example', routeTo: () => undefined, peerOf };
  return new OutgoingSmtp(installation, byMx, special, new Breakers(new Health(), new Metrics('spec')));
}
