import { join } from 'node:path';
import type { Suite } from '../tools/suite/suite.ts';
import { runProgram } from './programs.ts';
import type { Ended } from './programs.ts';

/** Sends a short message with swaks, signed in as the sender, over TLS whose certificate it checks. */
export function swaks(
  { smtps, secrets }: Suite,
  message: { readonly from: string; readonly to: string; readonly subject: string; readonly password: string },
): Promise<Ended> {
  const options = {
    '--server': smtps.host,
    '--port': String(smtps.port),
    '--tls-ca-path': join(secrets, 'providers', 'authority.pem'),
    '--tls-sni': 'localhost',
    '--auth': 'PLAIN',
    '--auth-user': message.from,
    '--auth-password': message.password,
    '--from': message.from,
    '--to': message.to,
    '--header': `Subject: ${message.subject}`,
    '--body': 'Si chiede un certificato.',
  };
  return runProgram('swaks', '--tls-on-connect', '--tls-verify', ...Object.entries(options).flat());
}
