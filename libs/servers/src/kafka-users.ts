// The users of a broker that this machine starts, and their passwords: one file each, readable by its owner alone.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokerUsers } from '@recapito/contracts';
import { Brokers } from '@recapito/messaging/brokers';

/** As whom the broker speaks to itself. No rule binds it; specs that do what no service may are this user, too. */
export const brokerItself = 'broker';

/** Everybody to whom a new broker gives a credential. */
export const users: readonly string[] = [brokerItself, ...brokerUsers];

export const mechanism = 'scram-sha-512';

/** The variables by which clients find a broker, and the folder of its users' passwords. */
export const brokersVariable = 'RECAPITO_KAFKA_BROKERS';
export const credentialsVariable = 'RECAPITO_KAFKA_CREDENTIALS';

/** The variable that names the authorities of a broker that speaks TLS. */
export const authoritiesVariable = 'RECAPITO_KAFKA_CA_FILE';

/** The file of a user's password in a folder of credentials. */
export function passwordFile(credentials: string, user: string): string {
  return join(credentials, `${user}.password`);
}

/** Gives every user that has none a password of 192 random bits. */
export async function makePasswords(credentials: string): Promise<void> {
  await mkdir(credentials, { recursive: true, mode: 0o700 });
  await chmod(credentials, 0o700);
  for (const user of users) {
    const file = passwordFile(credentials, user);
    if (!existsSync(file)) await writeFile(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  }
}

export function passwordOf(credentials: string, user: string): string {
  return readFileSync(passwordFile(credentials, user), 'utf8').trim();
}

/** The brokers of an environment as a user reaches them; as nobody in particular where the environment has no credentials. */
export function brokersAs(user: string, environment: Readonly<Record<string, string | undefined>>): Brokers {
  const addresses = (environment[brokersVariable] ?? '').split(',');
  const credentials = environment[credentialsVariable];
  const authorities = environment[authoritiesVariable];
  return new Brokers(addresses, {
    ...(credentials && { credential: { user, password: passwordOf(credentials, user), mechanism } }),
    ...(authorities && { tls: { ca: readFileSync(authorities, 'utf8') } }),
  });
}

/** The settings of a service that reaches these brokers as `user`. */
export function brokerSettingsOf(
  user: string,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const credentials = environment[credentialsVariable];
  const authorities = environment[authoritiesVariable];
  const brokers = {
    [brokersVariable]: environment[brokersVariable] ?? '',
    ...(authorities && { [authoritiesVariable]: authorities }),
  };
  if (!credentials) return brokers;
  const file = passwordFile(credentials, user);
  return { ...brokers, RECAPITO_KAFKA_USER: user, RECAPITO_KAFKA_PASSWORD_FILE: file };
}
