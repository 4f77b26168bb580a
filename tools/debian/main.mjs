// npm run test:debian: runs a command of the repository on another release of Debian, in a folder of its own (chroot).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onPath } from '../bootstrap/programs.mjs';
import { root, workshop } from '../bootstrap/stamps.mjs';

const help = `npm run test:debian: runs specs, or any command of the repository, on another release of Debian, as root.

  npm run test:debian                          the specs of the mail store on Debian 13
  npm run test:debian -- npm test              all checks and specs there
  npm run test:debian -- npm start -- --once   a whole campaign there
  npm run test:debian -- --release bookworm npm test

The release is fetched once by debootstrap and kept under .recapito/debian; --fresh fetches it again. The sources are those
of the working tree. The exit code is that of the command; 2 when this machine cannot do it.
`;

/** What must be there before the bootstrap can install the rest, and the certificates that downloads need. */
const before = 'ca-certificates,nodejs,npm';

/** The specs that know Dovecot best. */
const specsOfMailStore = [
  'npm',
  'test',
  '--',
  'mailbox/test/dovecot',
  'mailbox/test/inner-ways',
  'mailbox/test/held-box',
  'certified-mail/test/store-once',
  'certified-mail/test/mail-store-over-tls',
  'certified-mail/test/full-mail-store',
];

function refuse(words) {
  console.error(words);
  process.exit(2);
}

function run(command, parameters, options = {}) {
  const { status } = spawnSync(command, parameters, { stdio: 'inherit', ...options });
  if (status !== 0) refuse(`${command} ${parameters.join(' ')} failed.`);
}

/** Fetches the release into `folder`; an unfinished one is thrown away. */
function fetchRelease(release, folder) {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  console.log(`Debian ${release} is fetched into ${folder}; a few minutes.`);
  run('debootstrap', ['--variant=minbase', `--include=${before}`, release, unfinished]);
  run('mv', [unfinished, folder]);
}

/** What makes downloads work here makes them work there: names of hosts, authorities, and jars that lie here already. */
function lendWays(folder) {
  for (const file of ['/etc/resolv.conf', '/etc/ssl/certs/ca-certificates.crt'])
    if (existsSync(file)) cpSync(file, join(folder, file), { dereference: true });
  for (const fetched of ['kafka', 'redis', 'stamps/kafka', 'stamps/redis']) {
    const [here, there] = [join(workshop, fetched), join(folder, 'recapito', '.recapito', fetched)];
    if (existsSync(here) && !existsSync(there)) cpSync(here, there, { recursive: true });
  }
}

/** Replaces the sources by those of the working tree; what was installed and fetched there stays. */
function copySources(folder) {
  const there = join(folder, 'recapito');
  const kept = ['node_modules', '.recapito'].flatMap((name) => ['!', '-name', name]);
  mkdirSync(there, { recursive: true });
  run('find', [there, '-mindepth', '1', '-maxdepth', '1', ...kept, '-exec', 'rm', '-rf', '{}', '+']);
  const copy =
    'git ls-files --cached --others --exclude-standard -z | xargs -0 ls -d 2>/dev/null | tar -c -T - | tar -x -C "$0"';
  run('sh', ['-c', copy, there], { cwd: root });
}

/** In a mount namespace of its own, so that nothing stays mounted whatever becomes of us. */
function runThere(folder, command) {
  const mounts = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && mount --rbind /sys "$0/sys"';
  const enter = `${mounts} && exec chroot "$0" sh -c 'cd /recapito && exec "$@"' sh "$@"`;
  const parameters = ['--mount', '--propagation', 'private', 'sh', '-c', enter, folder, ...command];
  const { status, signal } = spawnSync('unshare', parameters, { stdio: 'inherit' });
  return signal === null ? (status ?? 2) : 2;
}

function readOptions(args) {
  const options = {
    release: { type: 'string', default: 'trixie' },
    fresh: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    return refuse(`${error.message}\n\n${help}`);
  }
}

const words = process.argv.slice(2);
// The first word that is neither an option of ours nor its value begins the command, with options of its own.
const begins = words.findIndex((word, nth) => !word.startsWith('--') && words[nth - 1] !== '--release');
const [ours, command] = begins < 0 ? [words, specsOfMailStore] : [words.slice(0, begins), words.slice(begins)];
const values = readOptions(ours);
if (values.help) {
  process.stdout.write(help);
  process.exit();
}
if (process.getuid() !== 0) refuse('Only root can run a command on another release of Debian.');
if (!/^[a-z]+$/.test(values.release)) refuse(`${values.release} is no name of a release, as trixie.`);
const lacking = ['debootstrap', 'unshare', 'git'].filter((program) => !onPath(program));
if (lacking.length > 0) refuse(`This needs ${lacking.join(', ')}: apt-get install debootstrap util-linux git`);
const folder = join(workshop, 'debian', values.release);
if (values.fresh) rmSync(folder, { recursive: true, force: true });
fetchRelease(values.release, folder);
copySources(folder);
lendWays(folder);
process.exitCode = runThere(folder, command);
