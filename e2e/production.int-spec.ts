import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { HttpClient } from '@recapito/platform';
import { childProcess, eventually, TimeServer, VirusScanner } from '@recapito/testing';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { Client } from 'pg';
import { ProductionSuite, secretsOf } from './production-suite.ts';

jest.setTimeout(240_000);

const sender = 'protocollo@pec.comune.borgovento.example';
const recipient = 'urp@pec.provincia.valchiara.example';
let time: TimeServer;
let scanner: VirusScanner;
let suite: ProductionSuite;

beforeAll(async () => {
  time = await TimeServer.open({ aheadMs: 0 });
  scanner = await VirusScanner.start();
  const { host, port } = time.source;
  suite = await ProductionSuite.prepare({ timeSource: `${host}:${port}`, clamdPort: scanner.port });
});

afterAll(async () => {
  await suite.remove();
  await scanner.remove();
  time.close();
});

/** The secret of a body, as an operator makes it. */
async function secretOf(body: string): Promise<string> {
  const http = new HttpClient(suite.innerAuthority);
  const response = await http.fetch(`https://localhost:${suite.ports.identity}/bodies/${body}/secrets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${suite.operators.identity}`, purpose: 'prova di produzione' },
  });
  const answer = (await response.json()) as { secret?: string };
  if (answer.secret === undefined) throw new Error(`identity answered ${response.status} ${JSON.stringify(answer)}`);
  return answer.secret;
}

async function send(secret: string, subject: string): Promise<string> {
  const transport = createTransport({
    host: 'localhost',
    port: suite.ports.smtps,
    secure: true,
    auth: { user: sender, pass: secret },
    tls: { ca: suite.providersAuthority },
  });
  const raw = [`From: ${sender}`, `To: ${recipient}`, `Subject: ${subject}`, '', 'Testo.', ''].join('\r\n');
  try {
    return (await transport.sendMail({ envelope: { from: sender, to: [recipient] }, raw })).response;
  } finally {
    transport.close();
  }
}

/** The subjects of a box, as its owner reads them by IMAPS. */
async function subjectsOf(user: string, pass: string): Promise<string[]> {
  const client = new ImapFlow({
    host: 'localhost',
    port: suite.ports.imaps,
    secure: true,
    tls: { ca: suite.innerAuthority },
    auth: { user, pass },
    logger: false,
  });
  await client.connect();
  try {
    await client.mailboxOpen('INBOX');
    const messages = await client.fetchAll('1:*', { envelope: true }).catch(() => []);
    return messages.map(({ envelope }) => envelope?.subject ?? '');
  } finally {
    await client.logout();
  }
}

interface ArmedCalendar {
  readonly armedAt: string;
  readonly calendar: { readonly phases: readonly { readonly from: string }[] };
}

describe('the suite in production', () => {
  beforeAll(() => suite.start());

  test('starts with TLS on every way, passwords in files, and keys of each service apart', () => {
    for (const { name, environment } of suite.definitions) {
      const settings = Object.entries(environment);
      expect([name, settings.filter(([, value]) => /\/\/[^/]*:[^/@]+@/.test(value))]).toEqual([name, []]);
      expect([name, settings.filter(([variable]) => variable.endsWith('_PROTECTED_BY'))]).toEqual([name, []]);
    }
    for (const [name, files] of Object.entries(secretsOf(suite)))
      expect(files.filter((file) => file.endsWith('.service.key'))).toEqual([`${name}.service.key`]);
  });

  test('has no session at PostgreSQL in the clear', async () => {
    const client = new Client({ connectionString: suite.cluster });
    await client.connect();
    const { rows } = await client.query<{ over_tls: boolean; roles: number }>(
      `SELECT ssl AS over_tls, count(DISTINCT usename)::int AS roles
       FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL GROUP BY ssl`,
    );
    await client.end();
    // Six services, and whoever asks.
    expect(rows).toEqual([{ over_tls: true, roles: 7 }]);
  });

  test('goes by the clock of the system, with a service that is open today', async () => {
    const http = new HttpClient(suite.innerAuthority);
    const headers = { authorization: `Bearer ${suite.operators.mailbox}` };
    const url = `https://localhost:${suite.ports.mailbox}/calendars/cec-pac`;
    const { armedAt, calendar } = (await (await http.fetch(url, { headers })).json()) as ArmedCalendar;
    expect(Math.abs(Date.parse(armedAt) - Date.now())).toBeLessThan(600_000);
    const [open, closing] = calendar.phases.map(({ from }) => Date.parse(from));
    expect(open).toBeLessThan(Date.now());
    expect(closing).toBeGreaterThan(Date.now());
  });

  test('a message is sent by SMTPS, delivered, and read by IMAPS; its sender reads the receipts', async () => {
    const [ours, theirs] = [await secretOf(sender), await secretOf(recipient)];
    await eventually(async () => expect(await send(ours, 'Prova di produzione')).toMatch(/^250 /));
    await eventually(
      async () => {
        expect(await subjectsOf(recipient, theirs)).toEqual(['POSTA CERTIFICATA: Prova di produzione']);
        expect((await subjectsOf(sender, ours)).toSorted()).toEqual([
          'ACCETTAZIONE: Prova di produzione',
          'CONSEGNA: Prova di produzione',
        ]);
      },
      { everyMs: 500 },
    );
    expect(time.asked).toBeGreaterThan(0);
  });
});

describe('a start in production that lacks something', () => {
  test.each(['identity', 'mailbox', 'certified-mail', 'migration', 'notification', 'audit-log'])(
    '%s says all of it at once',
    async (name) => {
      const definition = suite.definitions.find((each) => each.name === name);
      if (definition === undefined) throw new Error(`${name} is not started`);
      const less = Object.keys(definition.environment).filter((variable) =>
        /_(KAFKA|HTTP|DATABASE|REDIS|LMTP)_(CA|CERTIFICATE|KEY|PASSWORD)_FILE$|KAFKA_USER$|TIME_SOURCES$|CLAMD_PORT$/.test(
          variable,
        ),
      );
      const without = Object.fromEntries(less.map((variable) => [variable, '']));
      const child = childProcess(definition.entry, {
        environment: { ...definition.environment, ...without, RECAPITO_PORT: '0', RECAPITO_MANAGEMENT_PORT: '0' },
      });
      expect(await child.exited()).toEqual({ code: 1, signal: null });
      const said = child.lines.at(-1) ?? '';
      expect(said).toContain('production does not start like this');
      const missing = [
        'RECAPITO_KAFKA_USER',
        'RECAPITO_KAFKA_CA_FILE',
        'RECAPITO_HTTP_CERTIFICATE_FILE',
        'RECAPITO_DATABASE_CA_FILE',
      ];
      if (name === 'certified-mail')
        missing.push('RECAPITO_CLAMD_PORT', 'RECAPITO_TIME_SOURCES', 'RECAPITO_LMTP_CA_FILE');
      expect(missing.filter((variable) => !said.includes(variable))).toEqual([]);
    },
  );
});
