import { Brokers } from '@recapito/messaging';
import { z } from 'zod';
import { tlsOf } from './tls-files.ts';
import type { FiledSettings } from './tls-files.ts';

const text = z.string().min(1).optional();

/**
 * How a service reaches the broker. Password and key stand in files alone (`RECAPITO_KAFKA_PASSWORD_FILE`), the
 * certificates in files too, as PEM (`RECAPITO_KAFKA_CA_FILE`).
 */
export const kafkaSettings = {
  kafkaBrokers: z
    .string()
    .transform((list) => list.split(',').map((address) => address.trim()))
    .pipe(z.array(z.string().regex(/^[^\s:]+:\d+$/)).min(1)),
  /** Who the service is at the broker, by SCRAM; left out where the broker asks nobody for a name. */
  kafkaUser: text,
  kafkaPassword: text,
  kafkaMechanism: z.enum(['scram-sha-512', 'scram-sha-256']).default('scram-sha-512'),
  /** `true` also without files: the broker's certificate is then judged by the authorities that Node knows. */
  kafkaTls: z.enum(['true', 'false']).optional(),
  /** The authorities that may have signed the broker's certificate. */
  kafkaCa: text,
  /** What the service shows where the broker asks for a certificate. */
  kafkaCertificate: text,
  kafkaKey: text,
  /**
   * `mesh` says in words that something else encrypts and authenticates the way to the broker.
   * @rule KAFKA-PRODUCTION
   */
  kafkaProtectedBy: z.enum(['mesh']).optional(),
  /** How long the broker may hold a fetch for which there is nothing. Short in specs, which stop services all the time. */
  kafkaFetchWaitMs: z.coerce.number().int().min(10).max(2_500).default(1_000),
};

export type KafkaConfig = z.output<z.ZodObject<typeof kafkaSettings>>;

/**
 * Settings that no environment may hold, because other programs can read it.
 * @rule CONFIG-FILE
 */
export const settingsInFilesOnly: ReadonlySet<string> = new Set(['kafkaPassword', 'kafkaKey', 'kafkaClockPassword']);

/**
 * What is missing beside what was given, by setting.
 * @rule KAFKA-HALF
 */
export function halfGiven(given: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const faults = new Map<string, string>();
  const needs = (setting: string, other: string, words: string) => {
    if (given[setting] !== undefined && given[other] === undefined) faults.set(other, words);
  };
  needs('kafkaUser', 'kafkaPassword', 'is required beside RECAPITO_KAFKA_USER');
  needs('kafkaPassword', 'kafkaUser', 'is required beside RECAPITO_KAFKA_PASSWORD_FILE');
  needs('kafkaCertificate', 'kafkaKey', 'is required beside RECAPITO_KAFKA_CERTIFICATE_FILE');
  needs('kafkaKey', 'kafkaCertificate', 'is required beside RECAPITO_KAFKA_KEY_FILE');
  needs('httpCertificateFile', 'httpKeyFile', 'is required beside RECAPITO_HTTP_CERTIFICATE_FILE');
  needs('httpKeyFile', 'httpCertificateFile', 'is required beside RECAPITO_HTTP_KEY_FILE');
  const files = given['kafkaCa'] ?? given['kafkaCertificate'];
  if (given['kafkaTls'] === 'false' && files !== undefined)
    faults.set('kafkaTls', 'is false, and certificates are given');
  return faults;
}

/** Whether the way to the broker is encrypted, and the broker has to show who it is. */
export function isBrokerOverTls({ kafkaCa, kafkaCertificate, kafkaTls }: KafkaConfig): boolean {
  return kafkaTls === 'true' || kafkaCa !== undefined || kafkaCertificate !== undefined;
}

const tlsSettings = { ca: 'kafkaCa', cert: 'kafkaCertificate', key: 'kafkaKey' } as const;

/** The brokers as these settings reach them. */
export function brokersOf(config: KafkaConfig & FiledSettings): Brokers {
  const { kafkaUser: user, kafkaPassword: password, kafkaMechanism: mechanism } = config;
  return new Brokers(config.kafkaBrokers, {
    ...(user !== undefined && password !== undefined && { credential: { user, password, mechanism } }),
    ...(isBrokerOverTls(config) && { tls: tlsOf(config, tlsSettings)?.options ?? {} }),
  });
}
