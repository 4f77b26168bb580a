import { Resolver } from 'node:dns';
import { hostname } from 'node:os';
import { portNumber, protectedBy, readConfig, serviceConfig, serviceUrl } from '@recapito/platform';
import { z } from 'zod';
import { parseTimeSource } from './time/sntp.ts';

/** A setting that a function reads; what it throws is the fault. */
const readBy = <Value>(read: (text: string) => Value) =>
  z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });

const nameServers = readBy((text) => {
  if (text === 'off' || text === 'system') return text;
  const servers = text.split(',');
  new Resolver().setServers(servers);
  return servers;
});

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** The settings of certified-mail, beside those that every service has. */
export const certifiedMailConfig = serviceConfig.extend({
  /** Letters and digits that name this installation in the ids of its messages. */
  node: z
    .string()
    .regex(/^[a-z0-9]{1,16}$/)
    .default('pec1'),
  /** The list of public bodies, a file of the programmes' folder `pa-index`. */
  paIndex: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('2010'),
  /** A file of the index of public bodies, a path or an https:// URL; it takes the place of the programme's list. */
  paIndexFile: z.string().min(1).optional(),
  /** The providers' index, signed: a path or an https:// URL. The file in the folder of secrets when left out. */
  providerIndex: z.string().min(1).optional(),
  /** The pair `.pem`, `.key` among the providers' secrets that is shown where lists lie behind HTTPS. */
  listsClient: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .optional(),
  /** The authority (PEM) of those servers, when it is none that the system knows. */
  listsAuthority: z.string().min(1).optional(),
  /** From this age on the oldest due row, or what waits for another provider, degrades health. */
  dueStaleSeconds: count(1, 86_400).default(900),
  /** The port at which our own entries of the index are published over HTTPS; without it they are not. */
  indexPort: portNumber.optional(),
  /** The address by which others come to it, as `https://igpec.example/`; it stands in the entries. */
  indexUrl: z.url({ protocol: /^https$/ }).optional(),
  /** How often lists are looked at anew. */
  listsEverySeconds: count(1, 604_800).default(86_400),
  /** The age at which a list is stale: served all the same, and told. */
  listsStaleSeconds: count(1, 2_592_000).default(172_800),
  /** The share of a list that may be gone without an operator's word. */
  listsLossShare: z.coerce.number().min(0).max(1).default(0.1),
  /** Where Dovecot takes deliveries. */
  lmtpHost: z.string().min(1).default('127.0.0.1'),
  lmtpPort: portNumber,
  /** The authorities that may have signed what it shows; it is spoken to in the clear without them. */
  lmtpCa: z.string().min(1).optional(),
  lmtpProtectedBy: protectedBy,
  /** Connections kept open to it, and so messages delivered at a time. */
  lmtpConnections: count(1, 64).default(4),
  /** Where clamd looks for viruses; without a port nothing is looked for, and health says so. */
  clamdHost: z.string().min(1).default('127.0.0.1'),
  clamdPort: portNumber.optional(),
  /** `none` says in words that no antivirus is wanted, without which production starts with clamd alone. */
  antivirus: z.enum(['clamd', 'none']).default('clamd'),
  /** How long it may take for one message. */
  clamdSeconds: count(1, 12).default(10),
  /** The URL of identity, which checks passwords. */
  identityUrl: serviceUrl,
  /** The access point's doors: TLS from the first byte, and STARTTLS. */
  smtpsPort: portNumber,
  submissionPort: portNumber,
  /** The incoming point's door, to which other providers come; STARTTLS is offered and not asked for. */
  smtpPort: portNumber,
  /** A JSON file that says where other providers listen: `[{ "provider", "host", "port", "tlsName" }]`. */
  routes: z.string().min(1).optional(),
  /**
   * Whom to ask, by DNS, where providers without a route take their mail: `system`, name servers (`address` or
   * `address:port`, with commas between), or `off`. When left out, `system` in production and `off` in a rehearsal.
   */
  dns: nameServers.optional(),
  /** The port at which the hosts listen that DNS names. */
  mxPort: portNumber.default(25),
  /** Names or addresses, with commas between, by which others reach the incoming point where it is not seen from here. */
  ownExchangers: z
    .string()
    .transform((list) => list.toLowerCase().split(','))
    .default([]),
  /** Whether mail may go to loopback, private and other special addresses; refused in production. */
  specialAddresses: z.enum(['refuse', 'allow']).default('refuse'),
  /** By what name this machine greets other mail servers; they may look it up. Its host name when left out. */
  smtpName: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'is no host name')
    .default(hostname()),
  /** Clients at a time at each door: a tenth for one source, a quarter kept for sources that succeeded before. */
  smtpClients: count(1, 10_000).default(500),
  /** How long a client may be silent, or say what leads to no message. */
  smtpIdleSeconds: count(1, 3_600).default(300),
  /** How long a session may be in all. */
  smtpSessionSeconds: count(10, 86_400).default(3_600),
  /** Commands of a session that lead to no message; accepted recipients do not count. */
  smtpCommands: count(10, 1_000_000).default(100),
  /** Bytes of messages in memory at a time; a message waits on disk until there is room for it. */
  smtpMemoryBytes: count(1_048_576, 2 ** 32).default(96 * 1_048_576),
  /** The largest body that a submission may have; beyond it there is no notice, only the refusal. */
  submissionBytes: count(1_024, 256 * 1_048_576).default(40 * 1_048_576),
  /** Servers (`host` or `host:port`, with commas between) that tell the time by SNTP: by them the system clock is checked. */
  timeSources: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(readBy(parseTimeSource)))
    .optional(),
  /** How far the system clock may be off them before nothing is certified any more. */
  clockOffsetMs: count(1, 60_000).default(1_000),
  /** How long they may be silent before that. */
  clockUnheardSeconds: count(60, 86_400).default(900),
});

export type CertifiedMailConfig = z.output<typeof certifiedMailConfig>;

/** The name servers by which providers without a route are found; null when they are not. */
export function nameServersIn({ dns, mode }: CertifiedMailConfig): 'system' | readonly string[] | null {
  if (dns === undefined) return mode === 'production' ? 'system' : null;
  return dns === 'off' ? null : dns;
}

/** Reads this process's environment; ends it with exit code 2 and every fault when something is missing. */
export function configOfProcess(): CertifiedMailConfig {
  return readConfig(certifiedMailConfig, process.env);
}
