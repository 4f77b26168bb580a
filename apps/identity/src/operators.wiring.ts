import type { Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AddressInfo, Server } from 'node:net';
import { Database } from '@recapito/database';
import { KeyRing, Roles, serviceLogger, SystemClock } from '@recapito/platform';
import type { IdentityConfig } from './config.ts';
import { HashPool } from './hashing/hash-pool.ts';
import { AccountController } from './http/account.controller.ts';
import { ActivationController } from './http/activation.controller.ts';
import { OperatorParts } from './http/operator-parts.ts';
import { OperatorSignInController } from './http/operator-sign-in.controller.ts';
import { OperatorsController } from './http/operators.controller.ts';
import { ProviderKeysController } from './http/provider-keys.controller.ts';
import { RemoveExpired } from './jobs/remove-expired.ts';
import { ProviderRecords } from './persistence/provider-record.store.ts';
import type { PrismaClient } from './persistence/tx.ts';
import { BreachedPasswords } from './programme/breached-passwords.ts';
import { OpenIdProvider, providerPath } from './provider/open-id-provider.ts';
import { ProviderDoor } from './provider/provider-door.ts';
import type { FirstAccessKeys } from './secrets/first-access-keys.ts';
import { OperatorSecrets } from './secrets/operator-secrets.ts';

/** The doors of the people who run the suite. */
export const operatorControllers = [
  AccountController,
  OperatorsController,
  OperatorSignInController,
  ActivationController,
  ProviderKeysController,
];

/** What stands behind them. */
export function operatorProviders(config: IdentityConfig, keys: FirstAccessKeys): Provider[] {
  const roles = Roles.read(config.programmes);
  const secrets = new OperatorSecrets(keys);
  const breached = BreachedPasswords.read(config.programmes);
  const logger = serviceLogger('identity', config.logLevel);
  return [
    ProviderDoor,
    RemoveExpired,
    { provide: OperatorSecrets, useValue: secrets },
    {
      provide: ProviderRecords,
      inject: [Database],
      useFactory: (database: Database<PrismaClient>) => new ProviderRecords(database),
    },
    {
      provide: OpenIdProvider,
      inject: [Database, ProviderRecords, KeyRing, HttpAdapterHost],
      useFactory: (
        database: Database<PrismaClient>,
        records: ProviderRecords,
        keys: KeyRing,
        adapterHost: HttpAdapterHost,
      ) => {
        const { consoleUrl } = config;
        const issuer = () => config.oidcIssuer ?? ownIssuer(config, adapterHost);
        return new OpenIdProvider({ database, records, keys, secrets, roles, logger, consoleUrl, issuer });
      },
    },
    {
      provide: OperatorParts,
      inject: [Database, HashPool],
      useFactory: (database: Database<PrismaClient>, hashes: HashPool) =>
        new OperatorParts({ database, hashes, secrets, breached, system: new SystemClock() }, roles),
    },
  ];
}

/** On a machine of one's own: where the service listens. */
function ownIssuer({ httpCertificateFile }: IdentityConfig, { httpAdapter }: HttpAdapterHost): string {
  const { port } = (httpAdapter.getHttpServer() as Server).address() as AddressInfo;
  return `${httpCertificateFile === undefined ? 'http' : 'https'}://localhost:${port}${providerPath}`;
}
