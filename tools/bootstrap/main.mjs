// Makes a fresh machine able to run the suite. Only Node's own modules, for it runs before anything is installed, on the
// machine's own Node; each step looks first whether anything is to be done, so that every later run takes a moment.
import { installDependencies } from './dependencies.mjs';
import { inTurn } from '../../libs/servers/src/in-turn.mjs';
import { fetchJars } from './jars.mjs';
import { prepareMachine } from './machine.mjs';
import { generateClients } from './prisma.mjs';
import { makeSecrets } from './secrets.mjs';
import { Complaint, say, together } from './say.mjs';
import { bundleServices } from './services.mjs';
import { root } from './stamps.mjs';
import { buildWeb, writeApiTypes } from './web.mjs';

const help = `node tools/bootstrap/main.mjs [--all-packages | --checks] [--no-secrets]: prepares this machine.
npm start and npm test run it by themselves.

It makes sure of, and installs where it may:
  Debian packages    Dovecot 2.3 or 2.4, Java 17 or newer, Maven, openssl, xmllint (only as root on Debian, else it lists what is missing)
                     and with --checks what npm test alone needs: Python 3, swaks, clamd, SoftHSM, Chromium
  npm packages       when package-lock.json has changed: those that running the suite needs; with --all-packages or
                     --checks also those that building, checking and measuring it needs
  Kafka and Redis    jars from Maven Central, under .recapito
  Prisma clients     when a schema has changed
  bundles            of the services, and the pages of the console, when a source has changed
  types              of the services for those pages, when a document of docs/api has changed; with all packages only
  secrets            of development, under .recapito/secrets; not with --no-secrets, which npm run restore says

RECAPITO_KAFKA_BROKERS, RECAPITO_REDIS_URL, RECAPITO_POSTGRES_URL: an address given means a server not needed here.
RECAPITO_INFRA=containers: those three run in a container engine; neither Java nor Maven is needed.
RECAPITO_INSTALL=no: never install Debian packages, only say what is missing.`;

async function main() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 11)) {
    throw new Complaint(
      `Node ${process.versions.node} is too old to begin with: 20.11 or newer is needed (24 comes by npm).`,
    );
  }
  await inTurn(`bootstrap of ${root}`, prepare, waiting);
}

async function prepare() {
  const forChecks = process.argv.includes('--checks');
  const all = forChecks || process.argv.includes('--all-packages');
  await prepareMachine({ forChecks });
  await together(() => installDependencies({ all }), fetchJars);
  await together(buildWeb, ...(all ? [writeApiTypes] : []), async () => {
    await generateClients();
    await bundleServices();
  });
  // Those of a backup are laid down where there are none.
  if (!process.argv.includes('--no-secrets')) makeSecrets();
}

let told = false;

function waiting() {
  if (!told) say('another bootstrap of this checkout is at work: it is waited for');
  told = true;
}

if (process.argv.includes('--help')) console.log(help);
else {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Complaint ? error.message : error);
    process.exitCode = 1;
  }
}
