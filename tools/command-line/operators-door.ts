// How the commands for operators reach the services: which, where, with whose token.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '../suite/definitions.ts';
import type { ServiceName } from '../suite/definitions.ts';
import { usualPorts } from '../suite/ports.ts';
import { callersPath, Refused, secretsFolder } from './index.ts';

/** A service as an operator reaches it. */
export interface OperatorsDoor {
  readonly service: string;
  readonly url: string;
  /** An operator's. */
  readonly token: string;
}

/** What stands on the command line about the services that are meant. */
export interface Meant {
  readonly service?: string | undefined;
  readonly all: boolean;
  readonly url?: string | undefined;
  readonly token?: string | undefined;
}

/** The doors that are meant, in the order of the services. @throws Refused when the words fit no service */
export function doorsOf({ service, all, url, token: file }: Meant, help: string): OperatorsDoor[] {
  if (all === (service !== undefined)) throw new Refused(`either --service NAME or --all is needed\n\n${help}`);
  if (all && url !== undefined) throw new Refused(`--url needs --service\n\n${help}`);
  const token = readToken(file);
  const ports = usualPorts(Number(process.env['RECAPITO_PORT_BASE'] ?? 4000));
  const names = all ? services : [known(service)];
  return names.map((name) => ({ service: name, url: url ?? `http://127.0.0.1:${ports[name]}`, token }));
}

/**
 * Asks a service as the operator and reads its answer.
 * @throws Refused when it refuses or does not answer
 */
export async function askAsOperator<Answer>(
  { service, url, token }: OperatorsDoor,
  method: string,
  path: string,
  { body, headers = {} }: { readonly body?: object; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const sent = { authorization: `Bearer ${token}`, 'accept-language': 'en', ...headers };
  const response = await fetch(new URL(path, url), {
    method,
    headers: body === undefined ? sent : { ...sent, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined) throw new Refused(`${service} does not answer at ${url}`);
  const answer = (await response.json()) as Answer & { readonly detail?: string };
  if (!response.ok) throw new Refused(`${service} has refused (${response.status}): ${answer.detail ?? ''}`);
  return answer;
}

function known(name: string | undefined): ServiceName {
  const found = services.find((each) => each === name);
  if (found === undefined) throw new Refused(`there is no service "${name}"; there are ${services.join(', ')}`);
  return found;
}

function readToken(given: string | undefined): string {
  const file = given === undefined ? join(secretsFolder(undefined), 'operator.token') : callersPath(given);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Refused(`${file} cannot be read; --token names the file with an operator's token`);
  }
}
