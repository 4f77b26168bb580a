/** The servers on which the specs of this run stand. */
export interface TestServers {
  /** The cluster's address in a role that may create databases and roles. */
  readonly postgresUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
}

/** What whoever runs the specs has started; throws, with the way out, when nobody has. */
export function servers(): TestServers {
  return {
    postgresUrl: address('RECAPITO_POSTGRES_URL'),
    kafkaBrokers: address('RECAPITO_KAFKA_BROKERS').split(','),
    redisUrl: address('RECAPITO_REDIS_URL'),
  };
}

function address(variable: string): string {
  const value = process.env[variable];
  if (value) return value;
  throw new Error(
    `${variable} is not set: run the specs by "npm test -- PATH", or start servers by tools/servers/main.ts`,
  );
}
