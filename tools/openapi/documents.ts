import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { formattedJson } from '../formatted-json.ts';
import { usualPorts } from '../suite/ports.ts';
import { breachesOfConvention } from './conventions.ts';
import { routeWords } from './summaries.ts';

const root = new URL('../../', import.meta.url).pathname;

/** The services that others call. */
const services = ['audit-log', 'certified-mail', 'identity', 'mailbox', 'migration', 'notification'] as const;
type DescribedService = (typeof services)[number];

interface Operation {
  readonly operationId: string;
  summary?: string;
  description?: string;
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

interface HttpContract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** The OpenAPI document of every service: paths below the root of the repository, with their text. */
export async function httpDocuments(): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  // One after the other: each is a process that reads a whole service.
  for (const service of services) {
    const path = `docs/api/${service}.json`;
    const document = JSON.stringify(withWords(await contractOf(service), service));
    documents.set(path, await formattedJson(document));
  }
  return documents;
}

/** The committed documents that do not say what the services say, gaps in them and conventions that they break, a line each. */
export async function faultsInHttpDocuments(): Promise<string[]> {
  const found: string[] = [];
  for (const [path, text] of await httpDocuments()) {
    if (textAt(path) !== text) found.push(`${path} does not say what the service says: npm run openapi writes it anew`);
    found.push(...gapsIn(path, JSON.parse(text) as HttpContract), ...(await breachesOfConvention(path, text)));
  }
  return found;
}

/** Routes of which a document does not say what they do, or what they answer. */
export function gapsIn(path: string, { paths }: HttpContract): string[] {
  return Object.entries(paths).flatMap(([route, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId, summary = '', responses }]) => {
      const at = `${path}: ${method.toUpperCase()} ${route} (${operationId})`;
      const silent = Object.entries(responses).filter(
        ([status, { content }]) => status.startsWith('2') && status !== '204' && content === undefined,
      );
      return [
        ...(summary === '' ? [`${at} has no comment that says what it does`] : []),
        ...silent.map(([status]) => `${at} does not say what it answers with ${status}: @ApiResponse`),
      ];
    }),
  );
}

/** What a service says of its routes, and its settings for that alone: nobody is at any of these addresses but its own. */
async function contractOf(service: DescribedService): Promise<HttpContract> {
  const nobody = '127.0.0.1:9';
  const environment = {
    RECAPITO_MODE: 'rehearsal',
    RECAPITO_PORT: String(usualPorts(4000)[service]),
    RECAPITO_DATABASE_URL: `postgres://nobody@${nobody}/none`,
    RECAPITO_KAFKA_BROKERS: nobody,
    RECAPITO_REDIS_URL: `redis://${nobody}`,
    RECAPITO_FOLDER: '/nowhere',
    RECAPITO_SECRETS: join(root, '.recapito', 'secrets'),
    RECAPITO_PROGRAMMES: join(root, 'programmes'),
    ...Object.fromEntries(
      ['IDENTITY', 'CERTIFIED_MAIL', 'DOVEADM'].map((each) => [`RECAPITO_${each}_URL`, `http://${nobody}`]),
    ),
    ...Object.fromEntries(['LMTP', 'SMTPS', 'SUBMISSION', 'SMTP'].map((each) => [`RECAPITO_${each}_PORT`, '0'])),
  };
  const program = [
    '--conditions=@recapito/source',
    '--import',
    './tools/typescript-hooks.mjs',
    `apps/${service}/src/main.ts`,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [...program, '--contract'], {
    cwd: root,
    env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '8', ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as HttpContract;
}

/** Gives each route the words of its comment, unless it says them itself. */
function withWords(contract: HttpContract, service: string): HttpContract {
  const words = routeWords(root, [`apps/${service}/src`, 'libs/platform/src']);
  for (const operation of Object.values(contract.paths).flatMap((methods) => Object.values(methods)))
    Object.assign(operation, { ...words.get(operation.operationId), ...said(operation) });
  return contract;
}

function said({ summary, description }: Operation): Partial<Operation> {
  return { ...(summary && { summary }), ...(description && { description }) };
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}
