import type { Brokers } from '@recapito/messaging';
import { brokerItself, brokersAs, brokerSettingsOf } from '@recapito/servers';

/** The servers on which the specs of this run stand. */
export interface TestServers {
  /** The cluster's address in a role that may create databases and roles. */
  readonly postgresUrl: string;
  /** The broker as its administrator reaches it, whom no rule binds: for what no service would do. */
  readonly kafkaBrokers: Brokers;
  readonly redisUrl: string;
}

/** What whoever runs the specs has started; throws, with the way out, when nobody has. */
export function servers(): TestServers {
  return {
    postgresUrl: address('RECAPITO_POSTGRES_URL'),
    kafkaBrokers: brokersOfRun(brokerItself),
    redisUrl: address('RECAPITO_REDIS_URL'),
  };
}

/** The broker of this run as one of its users reaches it: a service, or a tool. */
export function brokersOfRun(user: string): Brokers {
  address('RECAPITO_KAFKA_BROKERS');
  return brokersAs(user, process.env);
}

/** The settings by which a service reaches the broker of this run as `user`. */
export function brokerSettings(user: string): Record<string, string> {
  address('RECAPITO_KAFKA_BROKERS');
  return brokerSettingsOf(user, process.env);
}

function address(variable: string): string {
  const value = process.env[variable];
  if (value) return value;
  throw new Error(`${variable} is not set: run the specs by "npm test -- PATH", or start servers by "npm run servers"`);
}
