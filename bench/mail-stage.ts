import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dovecot, root } from '@recapito/servers';
import { prepareProviders, prepareStore } from '../tools/suite/preparations.ts';
import type { Occasion } from './benchmark.ts';
import { Ground } from './ground.ts';
import { noon } from './noted.ts';
import { Stage } from './services.ts';

/** Where certified mail is measured: servers, providers with their keys, the clock at noon. No service runs yet. */
export async function mailStage(occasion: Occasion): Promise<{ readonly ground: Ground; readonly stage: Stage }> {
  const ground = await Ground.open(occasion, ['postgres', 'kafka', 'redis']);
  const stage = await Stage.make(ground);
  await prepareProviders(stage.secrets);
  await stage.setClock(noon);
  return { ground, stage };
}

/** The same with a mail store that runs, and its folder. */
export async function mailStageWithStore(occasion: Occasion) {
  const { ground, stage } = await mailStage(occasion);
  const store = await prepareStore(ground.run.path, stage.ports);
  await ground.servers.start(dovecot({ configuration: store.configuration, port: stage.ports.lmtp }));
  return { ground, stage, store: store.folder };
}

/** The shipped programmes, in which a provider’s boxes may send as much as a benchmark does. @returns their folder */
export function programmesForCrowds(folder: string, provider: string): string {
  const programmes = join(folder, 'programmes');
  cpSync(join(root, 'programmes'), programmes, { recursive: true });
  const file = join(programmes, 'providers', `${provider}.json`);
  const pace = { messages: { most: 1_000_000, minutes: 60 }, recipients: { most: 1_000_000, minutes: 60 } };
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), pace }));
  return programmes;
}
