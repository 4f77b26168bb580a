// Kafka, and Redis where the machine has none, through the ordinary Maven client and the poms beside the servers.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runsEmbedded } from './infra.mjs';
import { onPath } from './programs.mjs';
import { Complaint, run, say } from './say.mjs';
import { hashOf, isDone, markDone, workshop } from './stamps.mjs';

const artefacts = [
  {
    name: 'kafka',
    what: 'Kafka (43 MB of jars from Maven Central)',
    needed: () => runsEmbedded('RECAPITO_KAFKA_BROKERS'),
    folder: join(workshop, 'kafka', 'libs'),
    goal: ['dependency:copy-dependencies'],
  },
  {
    name: 'redis',
    what: 'Redis (this machine has no redis-server)',
    needed: () => runsEmbedded('RECAPITO_REDIS_URL') && !onPath('redis-server'),
    folder: join(workshop, 'redis'),
    goal: ['dependency:unpack-dependencies', '-Dmdep.unpack.includes=redis-server*'],
  },
];

/** What Maven would have to fetch now. */
export function jarsToFetch() {
  return artefacts.filter(
    ({ name, needed, folder }) => needed() && !(existsSync(folder) && isDone(name, inputHash(name))),
  );
}

export async function fetchJars() {
  for (const { name, what, folder, goal } of jarsToFetch()) {
    say(`fetching ${what}`);
    mkdirSync(workshop, { recursive: true });
    const unfinished = `${folder}.unfinished`;
    // Maven's own notes of what it unpacked; by default they would lie beside the pom and outlive what they speak of.
    const markers = `${folder}.markers`;
    for (const path of [unfinished, markers]) rmSync(path, { recursive: true, force: true });
    const maven = ['--batch-mode', '--quiet', '--file', pom(name), ...goal];
    await run('mvn', [...maven, `-DoutputDirectory=${unfinished}`, `-DmarkersDirectory=${markers}`], {
      folder: workshop,
    });
    if (!existsSync(unfinished)) throw new Complaint(`Maven ended well and left no ${what}`);
    rmSync(markers, { recursive: true, force: true });
    if (name === 'redis') for (const file of readdirSync(unfinished)) chmodSync(join(unfinished, file), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
    markDone(name, inputHash(name));
  }
}

function pom(name) {
  return join(workshop, '..', 'libs', 'servers', name, 'pom.xml');
}

function inputHash(name) {
  return hashOf([`libs/servers/${name}/pom.xml`]);
}
