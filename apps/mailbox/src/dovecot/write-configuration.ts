// node write-configuration.ts --out DIR --gate URL [...]: prepares a mail store and prints the file for `dovecot -F -c`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readFileSync } from 'node:fs';
import { accountNumbers, dovecotAccounts } from './accounts.ts';
import { deliverOnce, dovecotConfiguration, gateSettings } from './configuration.ts';
import { installedDovecot } from './dovecot-version.ts';
import type { DovecotAccounts, InnerTls } from './dovecot-settings.ts';
import { sharedSecret } from './shared-secret.ts';
import { storeFolder } from './store-folder.ts';

const help = `Prepares a mail store and prints the path of its Dovecot configuration; then: dovecot -F -c PATH

  --out DIR           the store's folder: homes, rights, scripts, configuration (required)
  --gate URL          the mailbox service, as http://127.0.0.1:4002 (required)
  --host ADDRESS      where mail clients reach IMAPS and POP3S (127.0.0.1)
  --imaps PORT        (4993)      --pop3s PORT     (4995)
  --lmtp PORT         (4024)      --doveadm PORT   (4996), both on the loopback only
  --clients N         connections at a time at each of IMAPS and POP3S (4000)
  --run DIR           sockets and pids; a short path (a folder of its own below ${tmpdir()})
  --certificate FILE  --key FILE  for TLS, in PEM (a self-signed one for localhost)
  --inner-certificate FILE  --inner-key FILE  --inner-ca FILE
                      for TLS with mailbox and certified-mail: what LMTP and doveadm show, and the authorities that may
                      have signed what the gate shows (in the clear without them)
`;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    gate: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    imaps: { type: 'string', default: '4993' },
    pop3s: { type: 'string', default: '4995' },
    lmtp: { type: 'string', default: '4024' },
    doveadm: { type: 'string', default: '4996' },
    clients: { type: 'string' },
    run: { type: 'string' },
    certificate: { type: 'string' },
    key: { type: 'string' },
    'inner-certificate': { type: 'string' },
    'inner-key': { type: 'string' },
    'inner-ca': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** What Dovecot has to be made of, and the Debian package of each part. */
const parts = [
  ['/usr/sbin/dovecot', 'dovecot-core'],
  ['/usr/lib/dovecot/imap', 'dovecot-imapd'],
  ['/usr/lib/dovecot/pop3', 'dovecot-pop3d'],
  ['/usr/lib/dovecot/lmtp', 'dovecot-lmtpd'],
  ['/usr/lib/dovecot/modules/auth/libauthdb_lua.so', 'dovecot-auth-lua'],
  ['/usr/bin/sievec', 'dovecot-sieve'],
] as const;

if (values.help) {
  process.stdout.write(help);
} else if (values.out === undefined || values.gate === undefined) {
  process.stderr.write(`--out and --gate are required.\n\n${help}`);
  process.exitCode = 2;
} else {
  const missing = parts.filter(([file]) => !existsSync(file)).map(([, name]) => name);
  if (missing.length > 0) {
    process.stderr.write(
      `Dovecot is not complete. As root: apt-get install --no-install-recommends ${missing.join(' ')}\n`,
    );
    process.exitCode = 1;
  } else {
    process.stdout.write(`${prepare(resolve(values.out), values.gate)}\n`);
  }
}

function prepare(folder: string, mailbox: string): string {
  const version = installedDovecot();
  const store = storeFolder(folder);
  const accounts = dovecotAccounts();
  const run =
    values.run ?? join(tmpdir(), `recapito-${createHash('sha256').update(folder).digest('hex').slice(0, 10)}`);
  for (const made of [folder, store.homes, store.rights, run]) mkdirSync(made, { recursive: true, mode: 0o755 });
  own(store.homes, accounts.mail.user, accounts);

  const gate = new URL('/gate/log-ins', mailbox).href;
  const lua = readFileSync(new URL('gate.lua', import.meta.url), 'utf8');
  writeSecret(
    store.gateScript,
    gateSettings({ version, gate, token: sharedSecret(folder, 'gate.token'), store }) + lua,
  );
  own(store.gateScript, accounts.internal.user, accounts);

  writeFileSync(store.sieveScript, deliverOnce);
  execFileSync('/usr/bin/sievec', [store.sieveScript], { stdio: ['ignore', 'ignore', 'inherit'] });

  const tls = certificate(folder);
  const ports = { imaps: port('imaps'), pop3s: port('pop3s'), lmtp: port('lmtp'), doveadm: port('doveadm') };
  const doveadmKey = sharedSecret(folder, 'doveadm.key');
  writeSecret(
    store.configuration,
    dovecotConfiguration({
      version,
      store,
      run,
      host: values.host,
      ports,
      accounts,
      ...tls,
      doveadmKey,
      clients: clients(),
      inner: innerTls(folder),
    }),
  );
  return store.configuration;
}

function port(name: 'imaps' | 'pop3s' | 'lmtp' | 'doveadm'): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) throw new RangeError(`--${name} is no port`);
  return number;
}

function clients(): number | undefined {
  if (values.clients === undefined) return undefined;
  const number = Number(values.clients);
  if (!Number.isInteger(number) || number < 1) throw new RangeError('--clients is no number of connections');
  return number;
}

/** The one given, else one of its own for localhost, made once: TLS lives by the machine's clock, so it starts today. */
function certificate(folder: string): { certificate: string; key: string } {
  if (values.certificate !== undefined && values.key !== undefined)
    return { certificate: resolve(values.certificate), key: resolve(values.key) };
  const tls = { certificate: join(folder, 'tls-certificate.pem'), key: join(folder, 'tls-key.pem') };
  if (!existsSync(tls.certificate)) {
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync('openssl', [...request, ...names, '-keyout', tls.key, '-out', tls.certificate], { stdio: 'ignore' });
  }
  return tls;
}

/**
 * The authorities are copied to where Dovecot's own account reads them: it is that account that asks the gate.
 * @throws Error when one of the three is missing
 */
function innerTls(folder: string): InnerTls | undefined {
  const given = [values['inner-certificate'], values['inner-key'], values['inner-ca']];
  const [certificate, key, authorities] = given.filter((file) => file !== undefined).map((file) => resolve(file));
  if (certificate === undefined) return undefined;
  if (key === undefined || authorities === undefined)
    throw new Error('--inner-certificate, --inner-key and --inner-ca are given together');
  const copy = join(folder, 'inner-ca.pem');
  writeFileSync(copy, readFileSync(authorities), { mode: 0o644 });
  return { certificate, key, authorities: copy };
}

function writeSecret(path: string, content: string): void {
  writeFileSync(path, content, { mode: 0o600 });
}

/** Only root can, and has to, give away what others shall read or write. */
function own(path: string, user: string, { privileged }: DovecotAccounts): void {
  if (!privileged) return;
  const { uid, gid } = accountNumbers(user);
  chownSync(path, uid, gid);
}
